//! Custody as a whole.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::ports::{AuditLog, Rewrapping, TokenKeys, Vault};
use sesame_domain::time::Clock;

use crate::administration::KeyAdministration;
use crate::error::CustodyError;
use crate::file::KeyFileCondition;
use crate::provider::ProviderError;
use crate::seals::Seals;
use crate::settings::{CustodyPorts, CustodySettings};
use crate::start;
use crate::token_keys::TokenSecret;
use crate::vault::AuditedVault;

/// Keys that can be used: what seals, opens and administers is made from it.
pub struct Custody {
    seals: Arc<Seals>,
    tokens: Arc<TokenSecret>,
    clock: Arc<dyn Clock>,
}

impl Custody {
    /// Finds the keys of all versions that are registered. At the very first
    /// start (`first_start`: nothing is stored yet) the first version is made;
    /// a key file from before versions were registered is changed over.
    ///
    /// A changeover can be interrupted anywhere: the old file is replaced only
    /// when all that was in it is registered, and until then every start goes
    /// on with it. No copy of the old file is kept.
    ///
    /// # Errors
    /// When keys that are needed are missing or wrong, or a provider, the key
    /// file or the database cannot be used.
    pub async fn open(
        settings: CustodySettings,
        ports: CustodyPorts,
        first_start: bool,
    ) -> Result<Self, CustodyError> {
        let clock = Arc::clone(&ports.clock);
        let (seals, tokens) = start::start(settings, ports, first_start).await?;
        Ok(Self {
            seals: Arc::new(seals),
            tokens: Arc::new(tokens),
            clock,
        })
    }

    /// Keys for the tokens that the web hands out.
    pub fn token_keys(&self) -> Arc<dyn TokenKeys> {
        self.tokens.clone()
    }

    /// Seals and opens, and records that in `audit`, as done from `origin`.
    pub fn vault(&self, audit: Arc<dyn AuditLog>, origin: impl Into<String>) -> Arc<dyn Vault> {
        Arc::new(AuditedVault {
            seals: Arc::clone(&self.seals),
            audit,
            clock: Arc::clone(&self.clock),
            origin: origin.into(),
        })
    }

    /// Copies the key file to a place of its own, readable by its owner alone;
    /// an older copy there is brought up to date. Answers the names of the
    /// keys that the copy has then, by age.
    ///
    /// # Errors
    /// When the key file cannot be read, or the copy not written.
    pub async fn copy_key_file(&self, copy: &Path) -> Result<Vec<String>, CustodyError> {
        Ok(self.seals.providers.file.copy_to(copy.to_owned()).await?)
    }

    /// Looks whether a new key can be added to the key file. One that cannot
    /// be changed serves all the same, until a new key is needed.
    ///
    /// # Errors
    /// When it cannot, with what to do.
    pub async fn check_key_file_changeable(&self) -> Result<(), CustodyError> {
        Ok(self.seals.providers.file.check_changeable().await?)
    }

    /// How the key file is, as it stands on the disk now.
    ///
    /// # Errors
    /// When it cannot be read, or the database not.
    pub async fn key_file_condition(&self) -> Result<KeyFileCondition, CustodyError> {
        let versions = self.seals.register.all().await?;
        Ok(self.seals.providers.file.condition(&versions).await?)
    }

    /// The version that seals now, whose key is here. Without one, nothing can
    /// be done. AWS KMS is not asked.
    ///
    /// # Errors
    /// When there is none, or its key is not here.
    pub async fn sealing(&self) -> Result<KeyVersion, CustodyError> {
        let Some(active) = self.seals.register.active().await? else {
            let versions = self.seals.register.all().await?;
            let names = versions.into_iter().map(|it| it.id).collect();
            return Err(CustodyError::NoActiveKey(names));
        };
        if self.seals.holds(&active).await? {
            Ok(active)
        } else {
            Err(CustodyError::Provider(ProviderError::Missing(active.id)))
        }
    }

    /// Drafts of the key file that killed processes left behind; each holds
    /// every key.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn drafts_left_behind(&self) -> Result<Vec<PathBuf>, CustodyError> {
        Ok(self.seals.providers.file.drafts().await?)
    }

    /// Removes such drafts, as every change of the key file does.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub async fn sweep_drafts(&self) -> Result<(), CustodyError> {
        Ok(self.seals.providers.file.sweep().await?)
    }

    /// Whether the key file matters: it makes new versions, or made some.
    pub fn uses_key_file(&self) -> bool {
        let providers = &self.seals.providers;
        providers.chosen == Provider::File || !providers.file.by_age().is_empty()
    }

    /// Administers the versions, and records that in `audit`, as done from
    /// `origin`.
    pub fn administration(
        &self,
        rewrapping: Arc<dyn Rewrapping>,
        audit: Arc<dyn AuditLog>,
        origin: impl Into<String>,
    ) -> KeyAdministration {
        KeyAdministration {
            seals: Arc::clone(&self.seals),
            rewrapping,
            audit,
            clock: Arc::clone(&self.clock),
            origin: origin.into(),
        }
    }

    /// Whether all keys that stay in this process are in memory that is not
    /// swapped out. If not, the limit on locked memory (`ulimit -l`) is too low.
    pub fn memory_is_locked(&self) -> bool {
        self.tokens.is_locked() && self.seals.providers.is_locked()
    }
}

impl fmt::Debug for Custody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Custody")
            .field("provider", &self.seals.providers.chosen)
            .field("memory_is_locked", &self.memory_is_locked())
            .finish_non_exhaustive()
    }
}
