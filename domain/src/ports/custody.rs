//! Sealing and opening.

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::audit::Access;
use crate::sealed::{Binding, Sealed};

use super::StoreError;

/// Why a secret could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key that seals it is not in the key ring.
    #[error("key {0} is not in the key ring")]
    UnknownKey(String),
    /// It was changed, swapped, or sealed for something else.
    #[error("a sealed value does not open: it was changed, moved or sealed for something else")]
    Tampered,
    /// Its format is not known.
    #[error("a sealed value has an unknown format")]
    Format,
    /// The opening could not be recorded, so nothing was opened.
    #[error("the opening could not be recorded")]
    Audit(#[source] StoreError),
}

/// Seals and opens secrets. Opening a session ([`crate::sealed::Purpose::Session`]
/// and `LoginSession`) is recorded in the audit before the plaintext is handed
/// out; QR tokens and hints, which live for seconds, are not.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Seals a secret under a data key of its own.
    async fn seal(&self, binding: &Binding, plaintext: &[u8]) -> Result<Sealed, VaultError>;

    /// Opens what was sealed with the same binding.
    async fn open(
        &self,
        binding: &Binding,
        sealed: &Sealed,
        access: &Access,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError>;
}

/// Keys for the short tokens that the web hands out, derived from the key ring:
/// they are the same on every node and after a restart.
pub trait TokenKeys: Send + Sync {
    /// HMAC-SHA-256 over `data`, under a key that only `purpose` has.
    fn mac(&self, purpose: &'static str, data: &[u8]) -> [u8; 32];
}
