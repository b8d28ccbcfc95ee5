//! What shows that a key is whole.

use hkdf::Hkdf;
use sha2::Sha256;

use crate::cipher::SecretKey;

/// Tells this from all else that might ever be derived from the key.
const SALT: &[u8] = b"sesame key check 1";

/// Sixty-four bits that only this key under this name gives, and that say
/// nothing else about it (HKDF-SHA-256, RFC 5869). It stands beside the key in
/// the file, and in the register: a damaged key, and one of another database,
/// is told from the right one before anything is sealed under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CheckValue(u64);

impl CheckValue {
    /// That of a key of the file.
    #[allow(
        clippy::expect_used,
        reason = "HKDF gives up to 8160 bytes, these are 8"
    )]
    pub(crate) fn of(id: &str, key: &SecretKey) -> Self {
        let mut bytes = [0; 8];
        Hkdf::<Sha256>::new(Some(SALT), key.as_bytes())
            .expand_multi_info(&[b"file ", id.as_bytes()], &mut bytes)
            .expect("HKDF gives that many bytes");
        Self(u64::from_be_bytes(bytes))
    }

    /// As it stands in the file.
    pub(crate) fn in_file(&self) -> String {
        format!("{:016x}", self.0)
    }

    /// As it stands in the register, like that of a key from a secret.
    pub(crate) fn in_register(&self) -> String {
        format!("check {:016x}", self.0)
    }
}
