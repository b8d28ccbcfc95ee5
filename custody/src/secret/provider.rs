//! Wrapping with keys derived from a secret.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use secrecy::SecretString;
use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::Binding;
use sesame_domain::time::Clock;

use super::derivation;
use crate::cipher::SecretKey;
use crate::envelope;
use crate::names;
use crate::provider::{KeyProvider, Made, ProviderError};

/// The keys of a secret, and of secrets that came before it.
pub(crate) struct SecretProvider {
    /// Makes new versions; missing when only former ones are known.
    secret: Option<SecretString>,
    former: Vec<SecretString>,
    derived: RwLock<BTreeMap<String, Arc<SecretKey>>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl SecretProvider {
    /// Keys are derived when they are needed.
    pub(crate) fn new(
        secret: Option<SecretString>,
        former: Vec<SecretString>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            secret,
            former,
            derived: RwLock::default(),
            clock,
            entropy,
        }
    }

    /// Whether one of the secrets made this version.
    pub(crate) fn holds(&self, version: &KeyVersion) -> bool {
        self.secret_of(version).is_some()
    }

    /// Whether all keys are in locked memory.
    pub(crate) fn is_locked(&self) -> bool {
        let derived = self.derived.read().unwrap_or_else(PoisonError::into_inner);
        derived.values().all(|key| key.is_locked())
    }

    fn secret_of(&self, version: &KeyVersion) -> Option<&SecretString> {
        let made = version.reference.as_deref()?;
        self.secret
            .iter()
            .chain(&self.former)
            .find(|secret| derivation::check(secret, &version.id) == made)
    }

    fn key(&self, version: &KeyVersion) -> Result<Arc<SecretKey>, ProviderError> {
        let derived = self.derived.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = derived.get(&version.id) {
            return Ok(Arc::clone(key));
        }
        drop(derived);
        let secret = self
            .secret_of(version)
            .ok_or_else(|| ProviderError::Missing(version.id.clone()))?;
        let key = Arc::new(derivation::key(secret, &version.id).kept());
        let mut derived = self.derived.write().unwrap_or_else(PoisonError::into_inner);
        derived.insert(version.id.clone(), Arc::clone(&key));
        Ok(key)
    }
}

#[async_trait]
impl KeyProvider for SecretProvider {
    fn provider(&self) -> Provider {
        Provider::Secret
    }

    async fn make(&self) -> Result<Made, ProviderError> {
        let secret = self
            .secret
            .as_ref()
            .ok_or_else(|| ProviderError::Refused("there is no secret to make keys from".into()))?;
        let id = names::version_id('s', self.clock.now(), self.entropy.as_ref());
        let reference = Some(derivation::check(secret, &id));
        Ok(Made { id, reference })
    }

    async fn generate(
        &self,
        version: &KeyVersion,
        binding: &Binding,
    ) -> Result<(SecretKey, Vec<u8>), ProviderError> {
        let data_key = SecretKey::generate(self.entropy.as_ref());
        let wrapped = self.wrap(version, binding, &data_key).await?;
        Ok((data_key, wrapped))
    }

    async fn wrap(
        &self,
        version: &KeyVersion,
        binding: &Binding,
        data_key: &SecretKey,
    ) -> Result<Vec<u8>, ProviderError> {
        let key = self.key(version)?;
        envelope::wrap(version, &key, binding, data_key, self.entropy.as_ref())
    }

    async fn unwrap(
        &self,
        version: &KeyVersion,
        binding: &Binding,
        wrapped: &[u8],
    ) -> Result<SecretKey, ProviderError> {
        let key = self.key(version)?;
        envelope::unwrap(version, &key, binding, wrapped)
    }
}

impl fmt::Debug for SecretProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretProvider")
            .field("makes_keys", &self.secret.is_some())
            .field("former", &self.former.len())
            .finish_non_exhaustive()
    }
}
