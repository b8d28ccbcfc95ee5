//! All that a message says in words.

use serde_json::Value;
use teloxide::types::Message;

use super::digits::plain;

/// The account from which Telegram sends login codes.
/// Source: core.telegram.org/api/auth#code-types (`auth.sentCodeTypeApp`).
const TELEGRAM: i64 = 777_000;

/// Where a message has words: in itself, below a picture or a file, in a card
/// with a phone number, in a poll, and in what it quotes.
const PLACES: [&str; 12] = [
    "/text",
    "/caption",
    "/contact/phone_number",
    "/contact/first_name",
    "/contact/last_name",
    "/poll/question",
    "/document/file_name",
    "/venue/title",
    "/venue/address",
    "/quote/text",
    "/checklist/title",
    "/game/title",
];

/// Where it has lists of them.
const LISTS: [&str; 2] = ["/poll/options", "/checklist/tasks"];

/// All that a message says in words, each part by itself. Its `Debug` does not
/// show them.
#[derive(Clone, Default)]
pub(crate) struct Said {
    parts: Vec<String>,
    by_telegram: bool,
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Said").finish_non_exhaustive()
    }
}

impl Said {
    /// What this message says.
    pub(crate) fn by(message: &Message) -> Self {
        let raw = serde_json::to_value(message).unwrap_or_default();
        Self::in_raw(&raw)
    }

    /// What a message says, as Telegram sent it.
    pub(crate) fn in_raw(message: &Value) -> Self {
        let words = |place: &str| message.pointer(place)?.as_str();
        let list = |place: &str| message.pointer(place).and_then(Value::as_array);
        let listed = LISTS.into_iter().filter_map(list).flatten();
        let parts = PLACES
            .into_iter()
            .filter_map(words)
            .chain(listed.filter_map(|entry| entry.get("text")?.as_str()))
            .map(str::to_owned)
            .collect();
        Self {
            parts,
            by_telegram: is_forwarded_from_telegram(message),
        }
    }

    /// The parts.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(String::as_str)
    }

    /// Whether it is passed on from the account that sends login codes.
    pub(super) fn is_by_telegram(&self) -> bool {
        self.by_telegram
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether it begins with a slash.
    pub(super) fn is_command(&self) -> bool {
        self.parts()
            .next()
            .is_some_and(|text| plain(text).trim_start().starts_with('/'))
    }
}

fn is_forwarded_from_telegram(message: &Value) -> bool {
    let id = |place: &str| message.pointer(place).and_then(Value::as_i64);
    let hidden = message
        .pointer("/forward_origin/sender_user_name")
        .and_then(Value::as_str);
    id("/forward_origin/sender_user/id") == Some(TELEGRAM)
        || id("/forward_from/id") == Some(TELEGRAM)
        || hidden == Some("Telegram")
}
