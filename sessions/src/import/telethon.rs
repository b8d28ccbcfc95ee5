//! Telethon's `StringSession`: `1`, then base64url of a data centre's id (one
//! byte), its address (4 bytes, or 16), port (two bytes, big-endian) and the
//! authorisation key (`telethon/sessions/string.py`). `GramJS` writes the address
//! as text, after its length in two bytes (`gramjs/sessions/StringSession.ts`).

use zeroize::Zeroize as _;

use crate::session::{AUTH_KEY_BYTES, AuthKey};

use super::error::{ImportError, NotASession};
use super::fernet::{FernetKeys, shaped};
use super::kind;
use super::written::{bare, decode};

/// What a session of version 1 begins with.
const VERSION: char = '1';
/// The lengths of what comes before the key, with an IPv4 and an IPv6 address.
const IPV4_HEAD: usize = 1 + 4 + 2;
const IPV6_HEAD: usize = 1 + 16 + 2;
/// The length of the address as text takes two bytes more.
const TEXT_HEAD: usize = 1 + 2 + 2;

/// What a `StringSession` says. Its address is left out: where a data centre
/// is, Sesame knows better than a text from elsewhere.
#[derive(Debug)]
pub(super) struct StringSession {
    /// The data centre where the account lives.
    pub(super) dc: i32,
    /// The key agreed with it.
    pub(super) key: AuthKey,
}

impl StringSession {
    /// Reads a session, in plain or, with a key, encrypted.
    pub(super) fn read(text: &str, key: Option<&FernetKeys>) -> Result<Self, ImportError> {
        let text = bare(text);
        if text.is_empty() {
            return Err(NotASession::Empty.into());
        }
        if let Some(other) = kind::of(&text) {
            return Err(other.into());
        }
        if text.starts_with(VERSION) {
            return Ok(Self::parse(&text)?);
        }
        if let Some(inner) = kind::token_in(&text) {
            return Self::read(&inner, key);
        }
        shaped(&text).map_err(unknown_if_garbled)?;
        let opened = key.ok_or(ImportError::KeyMissing)?.open(&text)?;
        let inner = std::str::from_utf8(&opened).map_err(|_| NotASession::Encoding)?;
        let inner = bare(inner);
        match kind::of(&inner) {
            Some(other) => Err(other.into()),
            None => Ok(Self::parse(&inner)?),
        }
    }

    fn parse(text: &str) -> Result<Self, NotASession> {
        let body = text.strip_prefix(VERSION).ok_or(NotASession::Unknown)?;
        let bytes = decode(body).ok_or(NotASession::Encoding)?;
        let (head, key) = bytes
            .split_last_chunk::<AUTH_KEY_BYTES>()
            .ok_or(NotASession::Length)?;
        let &[dc, ..] = head else {
            return Err(NotASession::Length);
        };
        if head.len() != IPV4_HEAD && head.len() != IPV6_HEAD && !has_address_as_text(head) {
            return Err(NotASession::Length);
        }
        if key.iter().all(|&byte| byte == 0) {
            return Err(NotASession::NoKey);
        }
        let mut copy = *key;
        let key = AuthKey::new(copy);
        copy.zeroize();
        Ok(Self { dc: dc.into(), key })
    }
}

/// Whether what is before the key has the address as text, as `GramJS` writes it.
fn has_address_as_text(head: &[u8]) -> bool {
    let &[_, high, low, ref address @ .., _, _] = head else {
        return false;
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    length + TEXT_HEAD == head.len() && address.iter().all(u8::is_ascii_graphic)
}

/// Whatever it is: it is not known.
fn unknown_if_garbled(why: NotASession) -> NotASession {
    match why {
        NotASession::Encoding => NotASession::Unknown,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE;
    use secrecy::SecretString;

    use super::*;

    const KEY: [u8; AUTH_KEY_BYTES] = [0xa7; AUTH_KEY_BYTES];

    fn text(dc: u8, address: &[u8], key: &[u8]) -> String {
        let port = 443_u16.to_be_bytes();
        let bytes = [&[dc], address, &port, key].concat();
        format!("1{}", URL_SAFE.encode(bytes))
    }

    fn why(text: &str) -> NotASession {
        match StringSession::read(text, None) {
            Err(ImportError::NotASession(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn both_kinds_of_addresses_are_read() {
        for (address, len) in [(&[149, 154, 167, 51][..], 353), (&[0x20; 16], 369)] {
            let text = text(2, address, &KEY);
            // Telethon tells them apart by their lengths.
            assert_eq!(text.len(), len);
            for text in [
                &text,
                text.trim_end_matches('='),
                &format!(" {text}\n"),
                &format!("\u{feff}\"{text}\","),
                &format!("SESSION='{text}'"),
                &text.replace('-', "+").replace('_', "/"),
                &format!("client = StringSession(“{text}”)"),
            ] {
                let session = StringSession::read(text, None).unwrap();
                assert_eq!((session.dc, *session.key.expose()), (2, KEY));
            }
        }
    }

    #[test]
    fn every_truncation_is_refused() {
        let text = text(2, &[149, 154, 167, 51], &KEY);
        let text = text.trim_end_matches('=');
        for len in 0..text.len() {
            let refused = StringSession::read(&text[..len], None);
            assert!(
                matches!(refused, Err(ImportError::NotASession(_))),
                "{len}: {refused:?}"
            );
        }
    }

    #[test]
    fn what_is_no_session_is_told_apart() {
        assert_eq!(why(" "), NotASession::Empty);
        assert_eq!(why("2AAAA"), NotASession::Unknown);
        assert_eq!(why("session"), NotASession::Unknown);
        assert_eq!(why("1****"), NotASession::Encoding);
        assert_eq!(
            why(&format!("7000000001:{}", "A".repeat(35))),
            NotASession::BotToken
        );
        assert_eq!(why("/home/ann/bot.session"), NotASession::FileName);
        assert_eq!(why(&"a7".repeat(256)), NotASession::BareKey);
        assert_eq!(why(&text(2, &[1; 5], &KEY)), NotASession::Length);
        assert_eq!(why(&text(2, &[1; 4], &[0; 256])), NotASession::NoKey);
    }

    #[test]
    fn an_encrypted_session_needs_the_right_key() {
        let plain = text(4, &[149, 154, 167, 91], &KEY);
        let secret = fernet::Fernet::generate_key();
        let token = fernet::Fernet::new(&secret)
            .unwrap()
            .encrypt(plain.as_bytes());
        let read = |text: &str, key: &str| {
            let key = FernetKeys::parse(&SecretString::from(key)).unwrap();
            StringSession::read(text, Some(&key))
        };
        assert_eq!(read(&token, &secret).unwrap().dc, 4);
        // A table may hold some in plain.
        assert_eq!(read(&plain, &secret).unwrap().dc, 4);
        let other = fernet::Fernet::generate_key();
        assert!(matches!(read(&token, &other), Err(ImportError::WrongKey)));
        let without = StringSession::read(&token, None);
        assert!(matches!(without, Err(ImportError::KeyMissing)));
        let nothing = fernet::Fernet::new(&secret).unwrap().encrypt(b"hello");
        assert!(matches!(
            read(&nothing, &secret),
            Err(ImportError::NotASession(NotASession::Unknown))
        ));
    }

    #[test]
    fn sessions_of_other_libraries_are_read_or_named() {
        let address = b"149.154.167.51";
        let length = u16::try_from(address.len()).unwrap().to_be_bytes();
        let of_gramjs = [&[2], &length[..], address, &443_u16.to_be_bytes(), &KEY].concat();
        let of_gramjs = format!("1{}", URL_SAFE.encode(of_gramjs));
        assert_eq!(StringSession::read(&of_gramjs, None).unwrap().dc, 2);

        let id = 7_777_777_777_u64.to_be_bytes();
        for of_pyrogram in [
            [&[2, 0], &KEY[..], &id[4..], &[0]].concat(),
            [&[2, 0], &KEY[..], &id, &[0]].concat(),
            [&[4], &12345_u32.to_be_bytes()[..], &[0], &KEY, &id, &[0]].concat(),
        ] {
            let text = URL_SAFE.encode(of_pyrogram);
            assert_eq!(why(text.trim_end_matches('=')), NotASession::Pyrogram);
        }
    }

    #[test]
    fn a_token_that_was_encoded_once_more_is_read() {
        let plain = text(4, &[149, 154, 167, 91], &KEY);
        let secret = fernet::Fernet::generate_key();
        let token = fernet::Fernet::new(&secret)
            .unwrap()
            .encrypt(plain.as_bytes());
        let keys = FernetKeys::parse(&SecretString::from(secret)).unwrap();
        let hexadecimal = hex::encode(&token);
        for token in [
            URL_SAFE.encode(&token),
            format!("\\x{hexadecimal}"),
            format!("b'{token}'"),
        ] {
            assert_eq!(StringSession::read(&token, Some(&keys)).unwrap().dc, 4);
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let session = StringSession::read(&text(2, &[1; 4], &KEY), None).unwrap();
        let shown = format!("{session:?}");
        assert!(!shown.contains("167") && !shown.contains("a7"), "{shown}");
    }
}
