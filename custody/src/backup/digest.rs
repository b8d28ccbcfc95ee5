//! Keyed hashes: names of packs, and what tells one record from another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sesame_domain::ports::TokenKeys;
use uuid::Uuid;

/// A keyed hash ([`TokenKeys::mac`]), written in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Digest([u8; 32]);

/// A text is not 64 hexadecimal digits in lower case.
#[derive(Debug, thiserror::Error)]
#[error("not 64 hexadecimal digits")]
pub(super) struct DigestError;

impl Digest {
    /// The name of a pack with this content.
    pub(super) fn of_pack(keys: &dyn TokenKeys, plaintext: &[u8]) -> Self {
        Self(keys.mac("backup pack", plaintext))
    }

    /// What tells a record from others, and from itself once it changed.
    pub(super) fn of_record(keys: &dyn TokenKeys, line: &[u8]) -> Self {
        Self(keys.mac("backup record", line))
    }

    /// What shows that a manifest is ours.
    pub(super) fn of_manifest(keys: &dyn TokenKeys, text: &[u8]) -> Self {
        Self(keys.mac("backup manifest", text))
    }

    /// Compares in constant time.
    pub(super) fn is(self, other: Self) -> bool {
        let differences = self.0.iter().zip(other.0).map(|(a, b)| a ^ b);
        differences.fold(0, |all, it| all | it) == 0
    }

    /// To what the pack with this name is bound.
    pub(super) fn subject(self) -> Uuid {
        let mut half = [0; 16];
        half.copy_from_slice(&self.0[..16]);
        uuid::Builder::from_custom_bytes(half).into_uuid()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(DigestError);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

fn nibble(digit: u8) -> Result<u8, DigestError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(DigestError),
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}
