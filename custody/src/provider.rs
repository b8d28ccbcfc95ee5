//! Who holds wrapping keys, as the rest of custody sees it.

use async_trait::async_trait;
use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::sealed::Binding;

use crate::cipher::SecretKey;
use crate::file::KeyFileError;

/// Why a provider did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It does not hold this version.
    #[error("key {0} is not there")]
    Missing(String),
    /// The wrapped data key does not open: it was changed, or wrapped for
    /// something else.
    #[error("a wrapped key does not open: it was changed, moved or wrapped for something else")]
    Tampered,
    /// The wrapped data key is in no format that the provider knows.
    #[error("a wrapped key has an unknown format")]
    Format,
    /// The provider refuses for good: the key is disabled, deleted, or not
    /// allowed to be used.
    #[error("the provider refuses: {0}")]
    Refused(String),
    /// The key file cannot be read or changed.
    #[error(transparent)]
    KeyFile(KeyFileError),
    /// The provider does not answer now; try again later.
    #[error("the provider does not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A version as a provider made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// Its name.
    pub(crate) id: String,
    /// What the provider calls it.
    pub(crate) reference: Option<String>,
}

/// Holds wrapping keys: wraps and unwraps data keys, bound to what they seal.
#[async_trait]
pub(crate) trait KeyProvider: Send + Sync {
    /// Which it is.
    fn provider(&self) -> Provider;

    /// Makes a version that can be used at once.
    async fn make(&self) -> Result<Made, ProviderError>;

    /// A fresh data key, and the same wrapped.
    async fn generate(
        &self,
        key: &KeyVersion,
        binding: &Binding,
    ) -> Result<(SecretKey, Vec<u8>), ProviderError>;

    /// Wraps a data key.
    async fn wrap(
        &self,
        key: &KeyVersion,
        binding: &Binding,
        data_key: &SecretKey,
    ) -> Result<Vec<u8>, ProviderError>;

    /// Unwraps a data key.
    async fn unwrap(
        &self,
        key: &KeyVersion,
        binding: &Binding,
        wrapped: &[u8],
    ) -> Result<SecretKey, ProviderError>;

    /// Wraps a data key anew without letting it out of the provider; `None`:
    /// this provider cannot, unwrap and wrap instead.
    async fn rewrap(
        &self,
        _from: &KeyVersion,
        _to: &KeyVersion,
        _binding: &Binding,
        _wrapped: &[u8],
    ) -> Result<Option<Vec<u8>>, ProviderError> {
        Ok(None)
    }
}
