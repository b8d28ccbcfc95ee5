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
    /// The key that seals it was retired: it opens again once the key is reinstated.
    #[error("key {0} is retired")]
    RetiredKey(String),
    /// Its format is not known.
    #[error("a sealed value has an unknown format")]
    Format,
    /// Who holds the wrapping keys does not answer, or refuses for now.
    #[error("the provider of the keys is unavailable")]
    Provider(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The versions of the key could not be looked up, so nothing was done.
    #[error("the register of keys cannot be read")]
    Register(#[source] StoreError),
    /// It could not be recorded, so nothing was sealed or opened.
    #[error("sealing or opening could not be recorded")]
    Audit(#[source] StoreError),
}

/// Seals and opens secrets. Sealing and opening a session
/// ([`crate::sealed::Purpose::Session`] and `LoginSession`) is recorded in the
/// audit before the result is handed out, and so is one that does not open. QR
/// tokens and hints, which live for seconds, are not; nor are peers
/// ([`crate::sealed::Purpose::Peers`]), a cache that is written again and again
/// and opens no account. Of the key of an export
/// ([`crate::sealed::Purpose::Export`]) each opening is.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Seals a secret under a data key of its own.
    async fn seal(
        &self,
        binding: &Binding,
        plaintext: &[u8],
        access: &Access,
    ) -> Result<Sealed, VaultError>;

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
