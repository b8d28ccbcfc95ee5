//! Fernet tokens, as Python's `cryptography` makes them
//! (<https://github.com/fernet/spec/blob/master/Spec.md>).

use std::fmt;

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

/// The key of a Python system that encrypted its sessions with Fernet.
#[derive(Clone)]
pub struct FernetKey(fernet::Fernet);

/// A key is not what Fernet calls one.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a Fernet key is 32 bytes in base64url")]
pub struct FernetKeyError;

impl FernetKey {
    /// The key that this text stands for.
    ///
    /// # Errors
    /// When it stands for none.
    pub fn parse(text: &SecretString) -> Result<Self, FernetKeyError> {
        let key = fernet::Fernet::new(text.expose_secret().trim());
        key.map(Self).ok_or(FernetKeyError)
    }

    /// What a token holds.
    pub(super) fn open(&self, token: &str) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        check_shape(token)?;
        let opened = self.0.decrypt(token).map_err(|_| ImportError::WrongKey)?;
        Ok(Zeroizing::new(opened))
    }
}

impl fmt::Debug for FernetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FernetKey(…)")
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

    fn key(text: &str) -> Result<FernetKey, FernetKeyError> {
        FernetKey::parse(&SecretString::from(text))
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
    fn a_key_of_another_length_is_refused() {
        for text in ["", "c2hvcnQ=", "not base64 at all!"] {
            assert_eq!(key(text).map(|_| ()), Err(FernetKeyError), "{text}");
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", key(KEY).unwrap()), "FernetKey(…)");
    }
}
