//! Where exports are kept.

use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sesame_domain::audit::Access;
use sesame_domain::ids::{ExportId, Owner};
use sesame_domain::ports::{ExportFiles, ExportFilesError, ExportStore, Vault, VaultError};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::{Binding, Sealed};
use zeroize::Zeroizing;

use super::error::trouble;
use super::files::SealedFiles;
use super::piece::ExportKeys;
use crate::backup::{BackupTarget, S3Settings};

/// How long the secret is from which an export's keys are derived.
const SECRET_BYTES: usize = 32;

/// Exports in a folder or a bucket, sealed.
pub struct SealedExports {
    place: BackupTarget,
    vault: Arc<dyn Vault>,
    entropy: Arc<dyn Entropy>,
}

impl SealedExports {
    /// Exports at this address: `/a/folder` or `s3://bucket/prefix`. A folder is
    /// made if it is not there, for this user alone.
    ///
    /// # Errors
    /// When there can be no such place.
    pub fn open(
        address: &str,
        s3: Option<S3Settings>,
        vault: Arc<dyn Vault>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, ExportFilesError> {
        Ok(Self {
            place: BackupTarget::of_others(address, s3).map_err(trouble)?,
            vault,
            entropy,
        })
    }
}

#[async_trait]
impl ExportStore for SealedExports {
    async fn new_key(
        &self,
        owner: &Owner,
        id: ExportId,
        access: &Access,
    ) -> Result<Sealed, ExportFilesError> {
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        self.entropy.fill(&mut *secret);
        let binding = Binding::export(owner, id);
        Ok(self.vault.seal(&binding, &*secret, access).await?)
    }

    async fn open(
        &self,
        owner: &Owner,
        id: ExportId,
        key: &Sealed,
        access: &Access,
    ) -> Result<Arc<dyn ExportFiles>, ExportFilesError> {
        let binding = Binding::export(owner, id);
        let secret = self.vault.open(&binding, key, access).await?;
        let keys = ExportKeys::of(&secret, owner, id).ok_or(VaultError::Format)?;
        Ok(Arc::new(SealedFiles {
            id,
            keys,
            place: self.place.clone(),
            entropy: Arc::clone(&self.entropy),
            made: Mutex::default(),
        }))
    }

    async fn remove(&self, id: ExportId) -> Result<(), ExportFilesError> {
        let removed = self.place.remove_folder(&id.to_string()).await;
        removed.map_err(trouble)
    }
}

impl fmt::Debug for SealedExports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedExports")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}
