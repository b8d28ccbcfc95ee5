//! Backups at one place, of one instance.

use std::fmt;
use std::sync::Arc;

use sesame_domain::audit::{AccessPurpose, Action, Actor, AuditEntry, AuditReason};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{
    AuditLog, AuditTrail, BackupSource, InstanceSecrets, KeyRegister, TokenKeys, Vault,
};
use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;
use sesame_domain::time::Clock;

use super::pack::Packs;
use super::target::BackupTarget;

/// What backups are made from, and with.
#[derive(Clone)]
pub struct BackupPorts {
    /// The records.
    pub source: Arc<dyn BackupSource>,
    /// The versions of the wrapping key.
    pub keys: Arc<dyn KeyRegister>,
    /// The secrets of the instance.
    pub secrets: Arc<dyn InstanceSecrets>,
    /// The chain of the audit.
    pub trail: Arc<dyn AuditTrail>,
    /// Seals packs and opens them.
    pub vault: Arc<dyn Vault>,
    /// Names packs and authenticates manifests.
    pub token_keys: Arc<dyn TokenKeys>,
    /// Keeps a note of what was done.
    pub audit: Arc<dyn AuditLog>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub entropy: Arc<dyn Entropy>,
}

/// What else there is to know.
#[derive(Clone, Debug)]
pub struct BackupSettings {
    /// From where, for the audit: `node 0f3a…`.
    pub origin: String,
    /// The version of Sesame, for the manifest.
    pub sesame: String,
    /// The names of the instance's secrets that belong into a backup.
    pub secrets: Vec<String>,
}

/// Makes, lists, checks and removes backups.
#[derive(Clone)]
pub struct Backups {
    pub(super) target: BackupTarget,
    pub(super) ports: BackupPorts,
    pub(super) settings: BackupSettings,
}

impl fmt::Debug for Backups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backups")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

impl Backups {
    /// Backups at this place.
    pub fn new(target: BackupTarget, ports: BackupPorts, settings: BackupSettings) -> Self {
        Self {
            target,
            ports,
            settings,
        }
    }

    /// From where, for the audit.
    pub(super) fn origin(&self) -> &str {
        &self.settings.origin
    }

    /// What reads and writes packs for one run.
    pub(super) fn packs(&self, actor: &Actor, reason: AccessPurpose) -> Packs<'_> {
        let vault = self.ports.vault.as_ref();
        let keys = self.ports.token_keys.as_ref();
        Packs::new(&self.target, vault, keys, actor, reason)
    }
    /// A line of the audit about a backup.
    pub(super) fn entry(
        &self,
        action: Action,
        subject: uuid::Uuid,
        actor: &Actor,
        reason: AuditReason,
    ) -> AuditEntry {
        let now = self.ports.clock.now();
        AuditEntry::new(
            now,
            Owner::instance(),
            subject,
            actor.clone(),
            action,
            reason,
        )
        .from(self.origin())
    }

    /// Keeps a note of something that failed, if that is still possible.
    pub(super) async fn note_failure(&self, entry: AuditEntry) {
        let action = entry.action.clone();
        if let Err(error) = self.ports.audit.append(entry.failed()).await {
            tracing::warn!(error = %Reason::of(&error), action = action.as_str(), "a failure could not be recorded");
        }
    }
}
