//! Keyed hashes: names of packs, and what tells one record from another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sesame_domain::ports::TokenKeys;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::PACKS;

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
        self.0.ct_eq(&other.0).into()
    }

    /// Where the pack with this name is.
    pub(super) fn pack_path(self) -> String {
        format!("{PACKS}/{self}")
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
        f.write_str(&hex::encode(self.0))
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
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| DigestError)?;
        // One digest has one name: the other case would be a second one.
        if text.contains(|digit: char| digit.is_ascii_uppercase()) {
            return Err(DigestError);
        }
        Ok(Self(bytes))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_64_digits_in_lower_case_are_a_digest() {
        let good = "0f".repeat(32);
        assert!(good.parse::<Digest>().is_ok());
        for bad in [
            good.to_uppercase(),
            good[1..].to_owned(),
            format!("{good}0f"),
            format!("+{}", &good[1..]),
            format!(" {}", &good[1..]),
            String::new(),
        ] {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_digest_is_read_as_it_is_written(bytes in any::<[u8; 32]>(), others in any::<[u8; 32]>()) {
            let digest = Digest(bytes);
            prop_assert_eq!(digest.to_string().parse::<Digest>().ok(), Some(digest));
            prop_assert!(digest.is(digest));
            prop_assert_eq!(digest.is(Digest(others)), bytes == others);
        }
    }
}
