//! Fernet tokens, as Python's `cryptography` makes them
//! (<https://github.com/fernet/spec/blob/master/Spec.md>).

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::error::{ImportError, NotASession};
use super::written::{bare, decode};

/// The version byte of a token.
const VERSION: u8 = 0x80;
/// What a token has besides its ciphertext: version, time, IV, HMAC.
const FRAME_BYTES: usize = 1 + 8 + 16 + 32;
/// The ciphertext is whole blocks, at least one.
const BLOCK_BYTES: usize = 16;
/// Half of a key signs, the other half encrypts.
const KEY_BYTES: usize = 32;
/// What Python does without a time to live: no token is too new. The library
/// adds the minute by which it lets clocks differ.
const ANY_TIME: u64 = u64::MAX - 60;
/// No name in front of a key is longer; a key has 43 characters at least.
const LONGEST_NAME: usize = 40;

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
    #[error("Fernet key {0} is not one: a key is 32 bytes in base64, 44 characters")]
    Malformed(usize),
    /// One of them has another length.
    #[error("Fernet key {number} has {bytes} bytes, not 32: a key is 44 characters of base64")]
    Length {
        /// Which, counted from 1.
        number: usize,
        /// How many it has.
        bytes: usize,
    },
}

impl FernetKeys {
    /// The keys in a text: one, or several with white space or commas between.
    /// Python takes either alphabet of base64 (`openssl rand -base64 32` prints
    /// the other one), so it is taken here as well. Lines that begin with `#`
    /// and names in front of keys are passed over.
    ///
    /// # Errors
    /// When there is none, or one is not a key.
    pub fn parse(text: &SecretString) -> Result<Self, FernetKeyError> {
        let keys = text
            .expose_secret()
            .trim_start_matches('\u{feff}')
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .flat_map(|line| {
                without_name(line).split(|c: char| c.is_whitespace() || c == ',' || c == ';')
            })
            .map(bare)
            .filter(|key| !key.is_empty())
            .zip(1..)
            .map(|(key, number)| fernet_of(&key, number))
            .collect::<Result<Arc<[_]>, _>>()?;
        if keys.is_empty() {
            return Err(FernetKeyError::None);
        }
        Ok(Self(keys))
    }

    /// What a token holds, by whichever key opens it. When it was made does not
    /// matter: clocks are wrong at times, and Python does not ask either.
    pub(super) fn open(&self, token: &str) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let token = URL_SAFE.encode(shaped(token)?.as_slice());
        self.0
            .iter()
            .find_map(|key| key.decrypt_at_time(&token, None, ANY_TIME).ok())
            .map(Zeroizing::new)
            .ok_or(ImportError::WrongKey)
    }
}

fn fernet_of(text: &str, number: usize) -> Result<fernet::Fernet, FernetKeyError> {
    let malformed = FernetKeyError::Malformed(number);
    let bytes = decode(text).ok_or(malformed)?;
    if bytes.len() != KEY_BYTES {
        let bytes = bytes.len();
        return Err(FernetKeyError::Length { number, bytes });
    }
    let text = Zeroizing::new(URL_SAFE.encode(bytes.as_slice()));
    fernet::Fernet::new(&text).ok_or(malformed)
}

/// The keys of a line like `FERNET_KEYS = …`.
fn without_name(line: &str) -> &str {
    match line.split_once(['=', ':']) {
        Some((name, rest)) if name.len() <= LONGEST_NAME && !rest.trim_matches('=').is_empty() => {
            rest
        }
        _ => line,
    }
}

impl fmt::Debug for FernetKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FernetKeys({})", self.0.len())
    }
}

/// The bytes of what may be a token. The library only knows right and wrong; who
/// reads a report wants to know whether to look for another key.
pub(super) fn shaped(token: &str) -> Result<Zeroizing<Vec<u8>>, NotASession> {
    let bytes = decode(token).ok_or(NotASession::Encoding)?;
    if bytes.first() != Some(&VERSION) {
        return Err(NotASession::Unknown);
    }
    match bytes.len().checked_sub(FRAME_BYTES) {
        Some(text) if text >= BLOCK_BYTES && text.is_multiple_of(BLOCK_BYTES) => Ok(bytes),
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

    /// Made by Python's `cryptography` 50.0.2, as
    /// `Fernet(base64.b64encode(bytes(range(200, 232))))`.
    const STANDARD: &str = "yMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5uc=";
    /// Made by it with a clock that was ten years ahead.
    const AHEAD: &str = "gAAAAAB91okPJ1CsJ4vZbxJpYhriDCCbeGRoHNrs1MfnpA8WAChbK_nHhsZyZomlTKedn1wzBYOr51IIH2LOjGe4nxEv8MeroA==";
    /// At the moment 2^63.
    const FAR: &str = "gIAAAAAAAAAASGURfairtTQtZght6Tb8KIJt5DMZvkbIgXKUmST5XSkvJfH73iYHkbl1pcEAPXqGFVzDt8-KKYvHWg6XNq6cDQ==";

    #[test]
    fn tokens_of_a_clock_that_was_ahead_open_under_keys_in_standard_base64() {
        let safe = STANDARD.replace('+', "-").replace('/', "_");
        for keys in [
            STANDARD.to_owned(),
            safe.clone(),
            STANDARD.trim_end_matches('=').to_owned(),
            format!("{STANDARD}\r\n"),
            format!("\"{STANDARD}\""),
            format!("FERNET_KEY='{safe}'\n"),
            format!("\u{feff}# of the old system\nexport FERNET_KEY = {STANDARD}\n"),
            format!("b'{safe}'"),
            format!("[\"{KEY}\", \"{STANDARD}\"]"),
            format!("FERNET_KEYS={KEY},{STANDARD}"),
        ] {
            let keys = key(&keys).unwrap();
            for token in [AHEAD, FAR] {
                for token in [
                    token,
                    token.trim_end_matches('='),
                    &token.replace('-', "+").replace('_', "/"),
                ] {
                    assert_eq!(keys.open(token).unwrap().as_slice(), b"hello");
                }
            }
        }
    }

    #[test]
    fn what_another_key_sealed_is_not_called_changed() {
        let other = key(&fernet::Fernet::generate_key()).unwrap();
        let said = other.open(AHEAD).unwrap_err().to_string();
        assert!(
            said.contains("another key") && !said.contains("changed"),
            "{said}"
        );
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
            (
                "c2hvcnQ=",
                FernetKeyError::Length {
                    number: 1,
                    bytes: 5,
                },
            ),
            (&format!("{KEY},sh*rt"), FernetKeyError::Malformed(2)),
        ] {
            let refused = key(text).map(|_| ());
            assert_eq!(refused, Err(why), "{text}");
            assert!(!why.to_string().contains("sh*rt"));
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", key(KEY).unwrap()), "FernetKeys(1)");
    }
}
