//! The vault whose wrapping keys are on this machine.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::audit::{Access, Action, AuditEntry};
use sesame_domain::ports::{AuditLog, TokenKeys, Vault, VaultError};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use sesame_domain::time::Clock;
use zeroize::Zeroizing;

use crate::aad::{self, Layer};
use crate::cipher::{self, CipherError, FORMAT, SecretKey};
use crate::key_ring::KeyRing;
use crate::token_keys;

/// A [`Vault`] over a [`KeyRing`] in memory.
pub struct LocalVault {
    ring: KeyRing,
    audit: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl LocalVault {
    /// A vault that records the opening of sessions in `audit`.
    pub fn new(
        ring: KeyRing,
        audit: Arc<dyn AuditLog>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            ring,
            audit,
            clock,
            entropy,
        }
    }

    fn unseal(&self, binding: &Binding, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let wrapping_key = self
            .ring
            .key(&sealed.key_id)
            .ok_or_else(|| VaultError::UnknownKey(sealed.key_id.clone()))?;
        let aad = aad::encode(Layer::Key(&sealed.key_id), FORMAT, binding);
        let data_key =
            cipher::decrypt(wrapping_key, &aad, &sealed.wrapped_key).map_err(vault_error)?;
        let data_key = SecretKey::from_bytes(&data_key).ok_or(VaultError::Format)?;
        let aad = aad::encode(Layer::Data, FORMAT, binding);
        cipher::decrypt(&data_key, &aad, &sealed.ciphertext).map_err(vault_error)
    }

    async fn record(
        &self,
        action: Action,
        binding: &Binding,
        access: &Access,
    ) -> Result<(), VaultError> {
        let entry = AuditEntry::new(
            self.clock.now(),
            binding.owner.clone(),
            binding.subject,
            access.actor.clone(),
            action,
            access.reason,
        );
        self.audit.append(entry).await.map_err(VaultError::Audit)
    }
}

/// Whether opening it must be recorded.
fn is_session(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Session | Purpose::LoginSession => true,
        Purpose::QrToken
        | Purpose::PasswordHint
        | Purpose::InstanceSecret
        | Purpose::Backup
        | Purpose::KeyHandover => false,
    }
}

fn vault_error(error: CipherError) -> VaultError {
    match error {
        CipherError::Format => VaultError::Format,
        CipherError::Tag => VaultError::Tampered,
    }
}

#[async_trait]
impl Vault for LocalVault {
    async fn seal(
        &self,
        binding: &Binding,
        plaintext: &[u8],
        access: &Access,
    ) -> Result<Sealed, VaultError> {
        let key_id = self.ring.active_id().to_owned();
        let wrapping_key = self
            .ring
            .key(&key_id)
            .ok_or_else(|| VaultError::UnknownKey(key_id.clone()))?;
        let entropy = self.entropy.as_ref();
        let data_key = SecretKey::generate(entropy);
        let aad = aad::encode(Layer::Data, FORMAT, binding);
        let ciphertext =
            cipher::encrypt(&data_key, &aad, plaintext, entropy).map_err(vault_error)?;
        let aad = aad::encode(Layer::Key(&key_id), FORMAT, binding);
        let wrapped_key = cipher::encrypt(wrapping_key, &aad, data_key.as_bytes(), entropy)
            .map_err(vault_error)?;
        if is_session(binding.purpose) {
            self.record(Action::SessionSealed, binding, access).await?;
        }
        Ok(Sealed {
            key_id,
            wrapped_key,
            ciphertext,
        })
    }

    async fn open(
        &self,
        binding: &Binding,
        sealed: &Sealed,
        access: &Access,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let plaintext = self.unseal(binding, sealed)?;
        if is_session(binding.purpose) {
            // On failure the plaintext is dropped, and with that overwritten.
            self.record(Action::SessionOpened, binding, access).await?;
        }
        Ok(plaintext)
    }
}

impl TokenKeys for LocalVault {
    fn mac(&self, purpose: &'static str, data: &[u8]) -> [u8; 32] {
        token_keys::mac(&self.ring.token_secret, purpose, data)
    }
}

impl fmt::Debug for LocalVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalVault")
            .field("ring", &self.ring)
            .finish_non_exhaustive()
    }
}
