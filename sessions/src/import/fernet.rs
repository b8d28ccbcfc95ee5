//! Fernet tokens, as Python's `cryptography` makes them
//! (<https://github.com/fernet/spec/blob/master/Spec.md>).

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_PAD_INDIFFERENT;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::error::{ImportError, NotASession};

/// The version byte of a token.
const VERSION: u8 = 0x80;
/// What a token has besides its ciphertext: version, time, IV, HMAC.
const FRAME_BYTES: usize = 1 + 8 + 16 + 32;
/// The ciphertext is whole blocks, at least one.
const BLOCK_BYTES: usize = 16;

/// The keys of a Python system that encrypted its sessions with Fernet: one,
/// or several where it rotated them (`MultiFernet`).
#[derive(Clone)]
pub struct FernetKeys(Arc<[fernet::Fernet]>);

/// A text is not what Fernet calls a key.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum FernetKeyError {
    /// There is none.
    #[error("there is no Fernet key")]
    None,
    /// One of them is none; this one, counted from 1.
    #[error("Fernet key {0} is not one: a key is 32 bytes in base64url, 44 characters")]
    Malformed(usize),
}

impl FernetKeys {
    /// The keys in a text: one, or several with white space or commas between.
    ///
    /// # Errors
    /// When there is none, or one is not a key.
    pub fn parse(text: &SecretString) -> Result<Self, FernetKeyError> {
        let keys = text
            .expose_secret()
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|key| !key.is_empty())
            .enumerate()
            .map(|(index, key)| {
                fernet::Fernet::new(key).ok_or(FernetKeyError::Malformed(index + 1))
            })
            .collect::<Result<Arc<[_]>, _>>()?;
        if keys.is_empty() {
            return Err(FernetKeyError::None);
        }
        Ok(Self(keys))
    }

    /// What a token holds, by whichever key opens it.
    pub(super) fn open(&self, token: &str) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        check_shape(token)?;
        self.0
            .iter()
            .find_map(|key| key.decrypt(token).ok())
            .map(Zeroizing::new)
            .ok_or(ImportError::WrongKey)
    }
}

impl fmt::Debug for FernetKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FernetKeys({})", self.0.len())
    }
}

/// Whether a text may be a token. The library only knows right and wrong; who
/// reads a report wants to know whether to look for another key.
pub(super) fn check_shape(token: &str) -> Result<(), NotASession> {
    let bytes = URL_SAFE_PAD_INDIFFERENT
        .decode(token)
        .map_err(|_| NotASession::Encoding)?;
    if bytes.first() != Some(&VERSION) {
        return Err(NotASession::Unknown);
    }
    match bytes.len().checked_sub(FRAME_BYTES) {
        Some(text) if text >= BLOCK_BYTES && text % BLOCK_BYTES == 0 => Ok(()),
        _ => Err(NotASession::Length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the specification's own test vectors (`verify.json`).
    const KEY: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
    const TOKEN: &str = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

    fn key(text: &str) -> Result<FernetKeys, FernetKeyError> {
        FernetKeys::parse(&SecretString::from(text))
    }

    #[test]
    fn a_token_of_another_implementation_opens() {
        let opened = key(KEY).unwrap().open(TOKEN).unwrap();
        assert_eq!(opened.as_slice(), b"hello");
    }

    #[test]
    fn another_key_does_not_open_it() {
        let other = key(&fernet::Fernet::generate_key()).unwrap();
        assert!(matches!(other.open(TOKEN), Err(ImportError::WrongKey)));
    }

    #[test]
    fn what_is_no_token_is_not_blamed_on_the_key() {
        let key = key(KEY).unwrap();
        let cut = &TOKEN[..60];
        for (text, why) in [
            ("", NotASession::Unknown),
            ("gAAA", NotASession::Length),
            (cut, NotASession::Length),
            ("g!!!", NotASession::Encoding),
            ("AAAA", NotASession::Unknown),
        ] {
            let refused = key.open(text);
            assert!(
                matches!(refused, Err(ImportError::NotASession(found)) if found == why),
                "{text}: {refused:?}"
            );
        }
    }

    #[test]
    fn any_of_several_keys_opens_it() {
        let other = fernet::Fernet::generate_key();
        for text in [
            format!("{other},{KEY}"),
            format!("{KEY}\n{other}\n"),
            format!(" {other} , {KEY} "),
        ] {
            let opened = key(&text).unwrap().open(TOKEN).unwrap();
            assert_eq!(opened.as_slice(), b"hello");
        }
    }

    #[test]
    fn what_is_no_key_is_refused_and_named() {
        for (text, why) in [
            ("", FernetKeyError::None),
            (" ,\n", FernetKeyError::None),
            ("c2hvcnQ=", FernetKeyError::Malformed(1)),
            (&format!("{KEY},short"), FernetKeyError::Malformed(2)),
        ] {
            let refused = key(text).map(|_| ());
            assert_eq!(refused, Err(why), "{text}");
            assert!(!why.to_string().contains("short"));
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", key(KEY).unwrap()), "FernetKeys(1)");
    }
}
