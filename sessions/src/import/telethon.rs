//! Telethon's `StringSession`: `1`, then base64url of a data centre's id (one
//! byte), its address (4 bytes, or 16), port (two bytes, big-endian) and the
//! authorisation key (`telethon/sessions/string.py`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_PAD_INDIFFERENT;
use zeroize::{Zeroize as _, Zeroizing};

use crate::session::{AUTH_KEY_BYTES, AuthKey};

use super::error::{ImportError, NotASession};
use super::fernet::{FernetKeys, check_shape};

/// What a session of version 1 begins with.
const VERSION: char = '1';
/// The lengths of what comes before the key, with an IPv4 and an IPv6 address.
const IPV4_HEAD: usize = 1 + 4 + 2;
const IPV6_HEAD: usize = 1 + 16 + 2;

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
        let text = text.trim();
        if text.is_empty() {
            return Err(NotASession::Empty.into());
        }
        if text.starts_with(VERSION) {
            return Ok(Self::parse(text)?);
        }
        let Some(key) = key else {
            check_shape(text).map_err(unknown_if_garbled)?;
            return Err(ImportError::KeyMissing);
        };
        let opened = key.open(text).map_err(|error| match error {
            ImportError::NotASession(why) => unknown_if_garbled(why).into(),
            other => other,
        })?;
        let inner = std::str::from_utf8(&opened).map_err(|_| NotASession::Encoding)?;
        Ok(Self::parse(inner.trim())?)
    }

    fn parse(text: &str) -> Result<Self, NotASession> {
        let body = text.strip_prefix(VERSION).ok_or(NotASession::Unknown)?;
        let bytes = URL_SAFE_PAD_INDIFFERENT
            .decode(body)
            .map_err(|_| NotASession::Encoding)?;
        let bytes = Zeroizing::new(bytes);
        let (head, key) = bytes
            .split_last_chunk::<AUTH_KEY_BYTES>()
            .ok_or(NotASession::Length)?;
        let &[dc, ..] = head else {
            return Err(NotASession::Length);
        };
        if head.len() != IPV4_HEAD && head.len() != IPV6_HEAD {
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

/// Whatever it is: it is not known.
fn unknown_if_garbled(why: NotASession) -> NotASession {
    match why {
        NotASession::Encoding => NotASession::Unknown,
        other => other,
    }
}

#[cfg(test)]
mod tests {
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
            for text in [&text, text.trim_end_matches('='), &format!(" {text}\n")] {
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
    fn debug_shows_no_key() {
        let session = StringSession::read(&text(2, &[1; 4], &KEY), None).unwrap();
        let shown = format!("{session:?}");
        assert!(!shown.contains("167") && !shown.contains("a7"), "{shown}");
    }
}
