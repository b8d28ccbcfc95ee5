//! Sealing and opening, before anyone takes note of it.

use std::sync::Arc;

use sesame_domain::keys::{KeyState, KeyVersion};
use sesame_domain::ports::KeyRegister;
use sesame_domain::random::Entropy;
use sesame_domain::sealed::{Binding, Sealed};
use zeroize::Zeroizing;

use crate::counts::Counts;
use crate::envelope;
use crate::error::SealError;
use crate::provider::{KeyProvider, ProviderError};
use crate::providers::Providers;

/// Seals and opens with whatever keys there are. The register is asked each
/// time: a rotation counts for all nodes from the moment it is registered.
pub(crate) struct Seals {
    pub(crate) register: Arc<dyn KeyRegister>,
    pub(crate) providers: Providers,
    pub(crate) counts: Counts,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Seals {
    /// The version that seals now.
    pub(crate) async fn active(&self) -> Result<KeyVersion, SealError> {
        let active = self.register.active().await.map_err(SealError::Register)?;
        active.ok_or(SealError::NoVersion)
    }

    /// The version with this name, if it may open anything.
    pub(crate) async fn opening(&self, id: &str) -> Result<KeyVersion, SealError> {
        let found = self.register.find(id).await.map_err(SealError::Register)?;
        let version = found.ok_or_else(|| SealError::Unregistered(id.to_owned()))?;
        match version.state {
            KeyState::Active | KeyState::Accepted => Ok(version),
            KeyState::Retired => Err(SealError::Retired(version.id)),
        }
    }

    /// Seals under the version that is active now.
    pub(crate) async fn seal(&self, binding: &Binding, secret: &[u8]) -> Result<Sealed, SealError> {
        let version = self.active().await?;
        self.seal_under(&version, binding, secret).await
    }

    /// Seals under this version.
    pub(crate) async fn seal_under(
        &self,
        version: &KeyVersion,
        binding: &Binding,
        secret: &[u8],
    ) -> Result<Sealed, SealError> {
        let provider = self.holder(version).await?;
        self.count(version, 1).await?;
        let (data_key, wrapped_key) = provider.generate(version, binding).await?;
        let ciphertext = envelope::encrypt(&data_key, binding, secret, self.entropy.as_ref())
            .map_err(ProviderError::from)?;
        Ok(Sealed {
            key_id: version.id.clone(),
            wrapped_key,
            ciphertext,
        })
    }

    /// Opens what was sealed with the same binding.
    pub(crate) async fn open(
        &self,
        binding: &Binding,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let version = self.opening(&sealed.key_id).await?;
        let provider = self.holder(&version).await?;
        open_with(provider, &version, binding, sealed).await
    }

    /// Wraps a data key anew. What it seals is not looked at.
    pub(crate) async fn rewrap(
        &self,
        from: &KeyVersion,
        to: &KeyVersion,
        binding: &Binding,
        wrapped: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let (source, destination) = (self.holder(from).await?, self.holder(to).await?);
        if from.provider == to.provider
            && let Some(inside) = source.rewrap(from, to, binding, wrapped).await?
        {
            return Ok(inside);
        }
        let data_key = source.unwrap(from, binding, wrapped).await?;
        Ok(destination.wrap(to, binding, &data_key).await?)
    }

    /// Counts encryptions that are about to be made.
    pub(crate) async fn count(&self, version: &KeyVersion, times: u64) -> Result<(), SealError> {
        let counted = self.counts.take(&version.id, times).await;
        counted.map_err(SealError::Register)
    }

    /// Who can use this version here. A key of a file that came to be on
    /// another node is taken over first.
    pub(crate) async fn holder(&self, version: &KeyVersion) -> Result<&dyn KeyProvider, SealError> {
        self.take_over(version).await?;
        let provider = self.providers.of(&version.provider);
        provider.ok_or_else(|| SealError::NotHeld(version.id.clone()))
    }
}

/// Opens with a provider that holds the version.
pub(crate) async fn open_with(
    provider: &dyn KeyProvider,
    version: &KeyVersion,
    binding: &Binding,
    sealed: &Sealed,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let data_key = provider
        .unwrap(version, binding, &sealed.wrapped_key)
        .await?;
    let secret = envelope::decrypt(&data_key, binding, &sealed.ciphertext);
    Ok(secret.map_err(ProviderError::from)?)
}
