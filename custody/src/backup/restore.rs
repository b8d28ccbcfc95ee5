//! Restoring: records come back where they are missing; nothing is replaced.
//!
//! A restore that was interrupted is run again: what is there already stays
//! and counts as present.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use sesame_domain::audit::{AccessPurpose, Action, Actor, AuditEntry, AuditReason};
use sesame_domain::ids::{Owner, SessionId};
use sesame_domain::ports::{
    AuditLog, KeyRegister, LinkedRecord, RestoreTarget, Restored, StoreError, TokenKeys, Vault,
};
use sesame_domain::time::Clock;

use super::catalogue::{Catalogue, Which};
use super::pack::{PackError, Packs};
use super::target::BackupTarget;
use super::vanished::vanished;
use super::walk::{Opened, by_pack, keys_missing};
use super::{BATCH, BackupError, BackupId, OnProgress, Progress, RestoreCounts, RestoreReport};

/// What a restore needs.
#[derive(Clone)]
pub struct RestorePorts {
    /// Where the records go.
    pub target: Arc<dyn RestoreTarget>,
    /// The versions of the wrapping key there.
    pub keys: Arc<dyn KeyRegister>,
    /// Opens packs.
    pub vault: Arc<dyn Vault>,
    /// Tells our backups from others.
    pub token_keys: Arc<dyn TokenKeys>,
    /// Knows which backups were made.
    pub audit: Arc<dyn AuditLog>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Restores backups from one place into one database.
#[derive(Clone)]
pub struct Restore {
    place: BackupTarget,
    ports: RestorePorts,
    origin: String,
    despite_unreadable: bool,
}

impl fmt::Debug for Restore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restore")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Restore {
    /// From this place. `origin`: from where, for the audit.
    pub fn new(place: BackupTarget, ports: RestorePorts, origin: impl Into<String>) -> Self {
        Self {
            place,
            ports,
            origin: origin.into(),
            despite_unreadable: false,
        }
    }

    /// Restores even when backups that are newer than any readable one cannot
    /// be read. What was erased between may then come back.
    #[must_use]
    pub fn despite_unreadable(mut self) -> Self {
        self.despite_unreadable = true;
        self
    }

    /// Does everything that [`Self::run`] does but change something: reads the
    /// whole backup, and says what would become of it.
    ///
    /// # Errors
    /// Those that [`Self::run`] would have.
    pub async fn plan(
        &self,
        which: Which,
        actor: &Actor,
        progress: OnProgress<'_>,
    ) -> Result<RestoreReport, BackupError> {
        let packs = self.packs(actor, AccessPurpose::RestoreDryRun);
        let opened = self.opened(&packs, which).await?;
        let keys = opened.manifest.key_versions();
        self.ports.target.foresee_keys(&keys).await?;
        self.has_keys(&opened).await?;
        let records = Records::of(&packs, &opened, progress);
        whole(records.each(&Foresee(self)).await?)
    }

    /// Restores a backup.
    ///
    /// # Errors
    /// [`BackupError::NewerUnreadable`] and [`BackupError::KeysMissing`] before
    /// anything is restored;
    /// [`BackupError::Incomplete`] when all but damaged packs are restored.
    pub async fn run(
        &self,
        which: Which,
        actor: &Actor,
        progress: OnProgress<'_>,
    ) -> Result<RestoreReport, BackupError> {
        let packs = self.packs(actor, AccessPurpose::Restore);
        let opened = self.opened(&packs, which).await?;
        self.register_keys(&opened, actor).await?;
        self.has_keys(&opened).await?;
        self.records(&packs, &opened, actor, progress).await
    }

    /// Opens a backup; the newest, where that is meant, and no other.
    pub(super) async fn opened(
        &self,
        packs: &Packs<'_>,
        which: Which,
    ) -> Result<Opened, BackupError> {
        let mut opened = Opened::open(packs, which).await?;
        let catalogue = Catalogue::of(&self.place).await?;
        let vanished = vanished(self.ports.audit.as_ref(), &catalogue).await?;
        opened.unreadable.extend(vanished.map(|it| it.damage.file));
        if !self.despite_unreadable {
            opened.knows_what_was_erased()?;
        }
        Ok(opened)
    }

    /// Restores the records of a backup that was opened.
    pub(super) async fn records(
        &self,
        packs: &Packs<'_>,
        opened: &Opened,
        actor: &Actor,
        progress: OnProgress<'_>,
    ) -> Result<RestoreReport, BackupError> {
        // Before the records, so that the database, too, keeps them out.
        self.ports.target.bury(&opened.tombstones).await?;
        let write = Write {
            restore: self,
            backup: opened.manifest.id,
            actor,
        };
        let records = Records::of(packs, opened, progress);
        whole(records.each(&write).await?)
    }

    /// What reads packs for one run.
    pub(super) fn packs(&self, actor: &Actor, reason: AccessPurpose) -> Packs<'_> {
        let vault = self.ports.vault.as_ref();
        let keys = self.ports.token_keys.as_ref();
        Packs::new(&self.place, vault, keys, actor, reason)
    }

    async fn register_keys(&self, opened: &Opened, actor: &Actor) -> Result<(), BackupError> {
        let manifest = &opened.manifest;
        let target = &self.ports.target;
        target.restore_keys(&manifest.key_versions()).await?;
        let keys = &self.ports.keys;
        let minimum = manifest.minimum;
        let in_use = keys.in_use().await?;
        // Retired keys stay retired in a database that starts anew. One that
        // has sessions may have had its reasons to reinstate them.
        let is_new = in_use.iter().all(|it| it.sessions == 0);
        if is_new && keys.minimum().await? < minimum {
            let entry = self.entry(
                Action::KeyRetired,
                manifest.id,
                actor,
                AuditReason::AsInBackup,
            );
            match keys.set_minimum(minimum, entry).await {
                Err(StoreError::Inconsistent(why)) => {
                    tracing::warn!(%why, "retired keys could not be retired again");
                }
                result => result?,
            }
        }
        Ok(())
    }

    /// Makes sure that sessions of the backup would open.
    pub(super) async fn has_keys(&self, opened: &Opened) -> Result<(), BackupError> {
        let register = self.ports.keys.as_ref();
        let missing = keys_missing(register, &opened.manifest, &opened.index).await?;
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.into_iter().map(|(key, _)| key);
        Err(BackupError::KeysMissing(missing.collect()))
    }

    fn entry(
        &self,
        action: Action,
        id: BackupId,
        actor: &Actor,
        reason: AuditReason,
    ) -> AuditEntry {
        let now = self.ports.clock.now();
        AuditEntry::new(
            now,
            Owner::instance(),
            id.as_uuid(),
            actor.clone(),
            action,
            reason,
        )
        .from(self.origin.as_str())
    }
}

/// All of it, or an error that says what is left out.
fn whole(report: RestoreReport) -> Result<RestoreReport, BackupError> {
    if report.damaged.is_empty() {
        Ok(report)
    } else {
        Err(BackupError::Incomplete(Box::new(report)))
    }
}

/// What is done with records.
#[async_trait::async_trait]
trait RecordHandler: Sync {
    async fn handle(&self, records: &[LinkedRecord]) -> Result<Vec<Restored>, StoreError>;
}

/// Looks what would be done.
struct Foresee<'a>(&'a Restore);

/// Restores them.
struct Write<'a> {
    restore: &'a Restore,
    backup: BackupId,
    actor: &'a Actor,
}

#[async_trait::async_trait]
impl RecordHandler for Foresee<'_> {
    async fn handle(&self, records: &[LinkedRecord]) -> Result<Vec<Restored>, StoreError> {
        self.0.ports.target.foresee(records).await
    }
}

#[async_trait::async_trait]
impl RecordHandler for Write<'_> {
    async fn handle(&self, records: &[LinkedRecord]) -> Result<Vec<Restored>, StoreError> {
        let action = Action::BackupRestored;
        let reason = AuditReason::UpToRecords(records.len() as u64);
        let entry = self.restore.entry(action, self.backup, self.actor, reason);
        self.restore.ports.target.restore(records, entry).await
    }
}

/// The records of a backup, on their way.
struct Records<'a> {
    packs: &'a Packs<'a>,
    opened: &'a Opened,
    erased: HashSet<SessionId>,
    progress: OnProgress<'a>,
    report: RestoreReport,
}

impl<'a> Records<'a> {
    fn of(packs: &'a Packs<'a>, opened: &'a Opened, progress: OnProgress<'a>) -> Self {
        let manifest = &opened.manifest;
        let report = RestoreReport {
            id: manifest.id,
            made_at: manifest.begun_at(),
            records: manifest.records,
            counts: RestoreCounts::default(),
            tombstones: opened.tombstones.len() as u64,
            damaged: Vec::new(),
            unreadable: opened.unreadable.clone(),
        };
        Self {
            packs,
            opened,
            erased: opened.erased(),
            progress,
            report,
        }
    }

    async fn each(mut self, handler: &dyn RecordHandler) -> Result<RestoreReport, BackupError> {
        let Opened {
            manifest, index, ..
        } = self.opened;
        let mut done = 0;
        for (pack, wanted) in by_pack(manifest, index) {
            match self.packs.records(pack, &wanted).await {
                Ok(records) => self.these(handler, records).await?,
                Err(PackError::Damage(damage)) => self.report.damaged.push(damage),
                Err(PackError::Other(error)) => return Err(error),
            }
            done += wanted.len() as u64;
            (self.progress)(Progress {
                done,
                total: Some(manifest.records),
            });
        }
        Ok(self.report)
    }

    async fn these(
        &mut self,
        handler: &dyn RecordHandler,
        records: Vec<LinkedRecord>,
    ) -> Result<(), BackupError> {
        let counts = &mut self.report.counts;
        let (erased, records): (Vec<_>, Vec<_>) = records
            .into_iter()
            .partition(|record| self.erased.contains(&record.account.session));
        counts.count_all(&erased, &vec![Restored::Ended; erased.len()]);
        for batch in records.chunks(BATCH as usize) {
            let done = handler.handle(batch).await?;
            if done.len() != batch.len() {
                return Err(StoreError::inconsistent("records without an answer").into());
            }
            counts.count_all(batch, &done);
        }
        Ok(())
    }
}
