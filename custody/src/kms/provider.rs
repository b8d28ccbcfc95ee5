//! Wrapping keys that are keys of AWS KMS.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{DataKeySpec, KeyMetadata, KeySpec, KeyState, KeyUsageType};
use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::Binding;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::answer::Call;
use super::client::client;
use super::context::{Context, FORMAT};
use super::opened::OpenedKeys;
use super::settings::KmsSettings;
use crate::cipher::SecretKey;
use crate::provider::{KeyProvider, Made, ProviderError};

/// The longest ciphertext that KMS takes (`CiphertextBlob` in its API reference).
const LONGEST_BLOB: usize = 6144;

/// Wraps and opens data keys with AWS KMS.
///
/// Opened data keys are remembered for a short time
/// ([`cache_ttl`](KmsSettings::cache_ttl)), each for exactly what it is bound
/// to: until then, a grant that is revoked in KMS has no effect on them.
pub struct KmsProvider {
    pub(super) client: Client,
    /// What the settings call the key.
    key: String,
    entropy: Arc<dyn Entropy>,
    pub(super) opened: OpenedKeys,
}

impl KmsProvider {
    /// Gets ready to call KMS. No call is made yet, and a KMS that does not
    /// answer is no error here; [`KmsProvider::check`] asks it.
    ///
    /// # Errors
    /// `Refused` when only half of an access key is given.
    pub async fn connect(
        settings: KmsSettings,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, ProviderError> {
        Ok(Self {
            client: client(&settings).await?,
            opened: OpenedKeys::new(settings.cache_ttl, settings.cache_entries),
            key: settings.key,
            entropy,
        })
    }

    /// Asks KMS whether the key of the settings can wrap data keys now; gives
    /// its ARN.
    ///
    /// # Errors
    /// `Refused` when it cannot, and says why; `Unavailable` when KMS does not
    /// answer.
    pub async fn check(&self) -> Result<String, ProviderError> {
        let call = Call {
            operation: "kms:DescribeKey",
            key: &self.key,
        };
        let request = self.client.describe_key().key_id(&self.key);
        let answer = call.answer(request.send()).await?;
        let key = answer.key_metadata.ok_or_else(|| call.incomplete())?;
        if let Some(why) = unfit(&key) {
            return Err(call.refused(why));
        }
        key.arn.ok_or_else(|| call.incomplete())
    }

    /// A name that no other version has: a fingerprint of the key, and chance.
    fn version_id(&self, arn: &str) -> String {
        let digest: [u8; 32] = Sha256::digest(arn).into();
        let [a, b, c, d, ..] = digest;
        let mut chance = [0; 8];
        self.entropy.fill(&mut chance);
        format!(
            "kms-{:08x}-{:016x}",
            u32::from_be_bytes([a, b, c, d]),
            u64::from_be_bytes(chance)
        )
    }

    async fn open(
        &self,
        arn: &str,
        context: Context,
        blob: &[u8],
    ) -> Result<SecretKey, ProviderError> {
        let call = Call {
            operation: "kms:Decrypt",
            key: arn,
        };
        let request = self
            .client
            .decrypt()
            .key_id(arn)
            .set_encryption_context(Some(context.into_map()))
            .ciphertext_blob(Blob::new(blob));
        let answer = call.answer(request.send()).await?;
        let plaintext = answer.plaintext.ok_or_else(|| call.incomplete())?;
        // What opens but is no data key was put there by someone else.
        secret_key(plaintext).ok_or(ProviderError::Tampered)
    }
}

impl fmt::Debug for KmsProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KmsProvider")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl KeyProvider for KmsProvider {
    fn provider(&self) -> Provider {
        Provider::AwsKms
    }

    async fn make(&self) -> Result<Made, ProviderError> {
        let arn = self.check().await?;
        Ok(Made {
            id: self.version_id(&arn),
            reference: Some(arn),
        })
    }

    async fn generate(
        &self,
        key: &KeyVersion,
        binding: &Binding,
    ) -> Result<(SecretKey, Vec<u8>), ProviderError> {
        let arn = reference(key)?;
        let call = Call {
            operation: "kms:GenerateDataKey",
            key: arn,
        };
        let request = self
            .client
            .generate_data_key()
            .key_id(arn)
            .key_spec(DataKeySpec::Aes256)
            .set_encryption_context(Some(Context::new(&key.id, binding).into_map()));
        let answer = call.answer(request.send()).await?;
        let data_key = answer.plaintext.and_then(secret_key);
        let wrapped = answer.ciphertext_blob.and_then(wrapped);
        data_key.zip(wrapped).ok_or_else(|| call.incomplete())
    }

    async fn wrap(
        &self,
        key: &KeyVersion,
        binding: &Binding,
        data_key: &SecretKey,
    ) -> Result<Vec<u8>, ProviderError> {
        let arn = reference(key)?;
        let call = Call {
            operation: "kms:Encrypt",
            key: arn,
        };
        let request = self
            .client
            .encrypt()
            .key_id(arn)
            .set_encryption_context(Some(Context::new(&key.id, binding).into_map()))
            .plaintext(Blob::new(data_key.as_bytes().as_slice()));
        let answer = call.answer(request.send()).await?;
        answer
            .ciphertext_blob
            .and_then(wrapped)
            .ok_or_else(|| call.incomplete())
    }

    async fn unwrap(
        &self,
        key: &KeyVersion,
        binding: &Binding,
        wrapped: &[u8],
    ) -> Result<SecretKey, ProviderError> {
        let arn = reference(key)?;
        let blob = blob(wrapped)?;
        let context = Context::new(&key.id, binding);
        let digest = context.digest(wrapped);
        if let Some(data_key) = self.opened.get(&digest) {
            return Ok(data_key);
        }
        let data_key = self.open(arn, context, blob).await?;
        self.opened.put(digest, &data_key);
        Ok(data_key)
    }

    async fn rewrap(
        &self,
        from: &KeyVersion,
        to: &KeyVersion,
        binding: &Binding,
        bytes: &[u8],
    ) -> Result<Option<Vec<u8>>, ProviderError> {
        if from.provider != Provider::AwsKms || to.provider != Provider::AwsKms {
            return Ok(None);
        }
        let (source, destination) = (reference(from)?, reference(to)?);
        let call = Call {
            operation: "kms:ReEncrypt",
            key: destination,
        };
        let request = self
            .client
            .re_encrypt()
            .source_key_id(source)
            .set_source_encryption_context(Some(Context::new(&from.id, binding).into_map()))
            .destination_key_id(destination)
            .set_destination_encryption_context(Some(Context::new(&to.id, binding).into_map()))
            .ciphertext_blob(Blob::new(blob(bytes)?));
        let answer = call.answer(request.send()).await?;
        let rewrapped = answer.ciphertext_blob.and_then(wrapped);
        rewrapped.map(Some).ok_or_else(|| call.incomplete())
    }
}

/// The ARN that a version pins.
fn reference(key: &KeyVersion) -> Result<&str, ProviderError> {
    let pinned = key.reference.as_deref();
    pinned
        .filter(|_| key.provider == Provider::AwsKms)
        .ok_or_else(|| ProviderError::Missing(key.id.clone()))
}

/// KMS's ciphertext in a wrapped data key.
fn blob(wrapped: &[u8]) -> Result<&[u8], ProviderError> {
    match wrapped.split_first() {
        Some((&FORMAT, blob)) if (1..=LONGEST_BLOB).contains(&blob.len()) => Ok(blob),
        _ => Err(ProviderError::Format),
    }
}

/// KMS's ciphertext as a wrapped data key; `None`: there is nothing in it.
fn wrapped(blob: Blob) -> Option<Vec<u8>> {
    let blob = blob.into_inner();
    (!blob.is_empty()).then(|| [&[FORMAT], blob.as_slice()].concat())
}

/// A data key out of an answer, whose own copy is overwritten.
fn secret_key(plaintext: Blob) -> Option<SecretKey> {
    SecretKey::from_bytes(&Zeroizing::new(plaintext.into_inner()))
}

/// Why a key cannot wrap data keys, if so.
fn unfit(key: &KeyMetadata) -> Option<&'static str> {
    if key.key_spec != Some(KeySpec::SymmetricDefault) {
        return Some("the key is not symmetric (SYMMETRIC_DEFAULT)");
    }
    if key.key_usage != Some(KeyUsageType::EncryptDecrypt) {
        return Some("the key is not for encryption (ENCRYPT_DECRYPT)");
    }
    match key.key_state {
        Some(KeyState::Enabled) => None,
        Some(KeyState::Disabled) => Some("the key is disabled"),
        Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion) => {
            Some("the key is waiting for its deletion")
        }
        _ => Some("the key is not enabled"),
    }
}
