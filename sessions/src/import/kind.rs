//! What a text is that is no session of Telethon.

use zeroize::Zeroizing;

use crate::session::AUTH_KEY_BYTES;

use super::error::NotASession;
use super::written::decode;

/// What Pyrogram packs around a key: `>B?256sI?`, `>B?256sQ?` and
/// `>BI?256sQ?` (`pyrogram/storage/storage.py`): where the flag stands that
/// says whether it is of the test servers, and how much there is in all.
const PYROGRAM: [(usize, usize); 3] = [
    (1, 1 + 1 + AUTH_KEY_BYTES + 4 + 1),
    (1, 1 + 1 + AUTH_KEY_BYTES + 8 + 1),
    (5, 1 + 4 + 1 + AUTH_KEY_BYTES + 8 + 1),
];
/// A Fernet token begins with it, and with this if it was encoded once more.
const TOKEN: &str = "gAAAA";
const TOKEN_ENCODED: &str = "Z0FBQU";
const SHORTEST_BOT_KEY: usize = 30;

/// What a text is, if it is none that can be read but is known.
pub(super) fn of(text: &str) -> Option<NotASession> {
    if is_bot_token(text) {
        Some(NotASession::BotToken)
    } else if is_file_name(text) {
        Some(NotASession::FileName)
    } else if is_bare_key(text) {
        Some(NotASession::BareKey)
    } else if is_of_pyrogram(text) {
        Some(NotASession::Pyrogram)
    } else {
        None
    }
}

/// The Fernet token in a text that was encoded once more.
pub(super) fn token_in(text: &str) -> Option<Zeroizing<String>> {
    if !text.starts_with(TOKEN_ENCODED) {
        return None;
    }
    let bytes = decode(text)?;
    let inner = std::str::from_utf8(&bytes).ok()?;
    inner
        .starts_with(TOKEN)
        .then(|| Zeroizing::new(inner.to_owned()))
}

fn is_bot_token(text: &str) -> bool {
    text.split_once(':').is_some_and(|(id, key)| {
        let key_character = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        id.parse::<u64>().is_ok() && key.len() >= SHORTEST_BOT_KEY && key.bytes().all(key_character)
    })
}

fn is_file_name(text: &str) -> bool {
    [".session", ".session-journal", ".sqlite", ".db"]
        .iter()
        .any(|ending| text.ends_with(ending))
}

fn is_bare_key(text: &str) -> bool {
    text.len() == 2 * AUTH_KEY_BYTES && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_of_pyrogram(text: &str) -> bool {
    let Some(bytes) = decode(text) else {
        return false;
    };
    let is_flag = |byte: Option<&u8>| byte.is_some_and(|byte| *byte <= 1);
    PYROGRAM.iter().any(|(flag, length)| {
        bytes.len() == *length
            && bytes.first().is_some_and(|dc| (1..=5).contains(dc))
            && is_flag(bytes.get(*flag))
            && is_flag(bytes.last())
    })
}
