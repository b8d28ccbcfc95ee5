//! Rehearsing a restore: a backup that was never restored is a hope.

use std::sync::Arc;

use chrono::TimeDelta;
use sesame_domain::audit::{Access, AccessPurpose, Action, Actor, AuditReason};
use sesame_domain::ids::AccountId;
use sesame_domain::ports::{BackupSource, LinkedRecord, RestoreTarget};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::Binding;
use sesame_domain::time::{Age, Timestamp};
use uuid::Uuid;

use super::backups::Backups;
use super::catalogue::Which;
use super::id::BackupId;
use super::restore::{Restore, RestorePorts};
use super::{BATCH, BackupError, OnProgress};

/// Why sessions are opened, as their owners read it in the audit.
const REASON: AccessPurpose = AccessPurpose::Rehearsal;

/// An empty database to restore into; it is thrown away afterwards.
#[derive(Clone)]
pub struct Scratch {
    /// Takes the records.
    pub target: Arc<dyn RestoreTarget>,
    /// Gives them back.
    pub source: Arc<dyn BackupSource>,
}

/// A restore that was rehearsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// The backup.
    pub id: BackupId,
    /// When it was begun.
    pub made_at: Timestamp,
    /// How old it was.
    pub age: Age,
    /// How many records were restored and found again.
    pub records: u64,
    /// How many of their sessions were opened.
    pub opened: u64,
    /// How long it took.
    pub took: TimeDelta,
}

impl Backups {
    /// Restores the newest backup into a scratch database, reads it back and
    /// opens some of its sessions, chosen by chance.
    ///
    /// # Errors
    /// Whatever would be in the way of a real restore.
    /// [`BackupError::Rehearsal`] when records did not come back,
    /// [`BackupError::Vault`] when a session does not open.
    pub async fn rehearse(
        &self,
        scratch: &Scratch,
        sample: usize,
        actor: &Actor,
        progress: OnProgress<'_>,
    ) -> Result<Rehearsal, BackupError> {
        let begun = self.ports.clock.now();
        let mut subject = Uuid::nil();
        let result = self.play(scratch, sample, actor, progress, begun).await;
        let reason = match &result {
            Ok(done) => {
                subject = done.id.as_uuid();
                AuditReason::Rehearsed {
                    records: done.records,
                    opened: done.opened,
                }
            }
            Err(error) => error.kind().into(),
        };
        let entry = self.entry(Action::BackupRehearsed, subject, actor, reason);
        match result {
            Ok(done) => {
                self.ports.audit.append(entry).await?;
                Ok(done)
            }
            Err(error) => {
                self.note_failure(entry).await;
                Err(error)
            }
        }
    }

    async fn play(
        &self,
        scratch: &Scratch,
        sample: usize,
        actor: &Actor,
        progress: OnProgress<'_>,
        begun: Timestamp,
    ) -> Result<Rehearsal, BackupError> {
        let restore = self.restore_into(scratch);
        let packs = restore.packs(actor, REASON);
        let opened = restore.opened(&packs, Which::Newest).await?;
        restore.has_keys(&opened).await?;
        let manifest = &opened.manifest;
        let keys = manifest.key_versions();
        scratch.target.restore_keys(&keys).await?;
        restore.records(&packs, &opened, actor, progress).await?;
        let expected = opened.alive();
        let mut choice = Choice::new(self.ports.entropy.as_ref(), sample);
        let found = choice.read(scratch.source.as_ref()).await?;
        if found != expected {
            return Err(BackupError::Rehearsal { expected, found });
        }
        for record in &choice.chosen {
            self.open(record, actor).await?;
        }
        Ok(Rehearsal {
            id: manifest.id,
            made_at: manifest.begun_at(),
            age: Age::of(manifest.begun_at(), begun),
            records: found,
            opened: choice.chosen.len() as u64,
            took: self.ports.clock.now() - begun,
        })
    }

    fn restore_into(&self, scratch: &Scratch) -> Restore {
        let ports = RestorePorts {
            target: scratch.target.clone(),
            // Whether sessions would open is decided by the keys of today.
            keys: self.ports.keys.clone(),
            vault: self.ports.vault.clone(),
            token_keys: self.ports.token_keys.clone(),
            audit: self.ports.audit.clone(),
            clock: self.ports.clock.clone(),
        };
        Restore::new(self.target.clone(), ports, self.origin())
    }

    async fn open(&self, record: &LinkedRecord, actor: &Actor) -> Result<(), BackupError> {
        let account = &record.account;
        let binding = Binding::session(&account.owner, account.session);
        let access = Access {
            actor: actor.clone(),
            reason: REASON,
        };
        let vault = &self.ports.vault;
        // The plaintext is overwritten at once.
        vault.open(&binding, &record.sealed, &access).await?;
        Ok(())
    }
}

/// Some of all records, each as likely as any other.
struct Choice<'a> {
    entropy: &'a dyn Entropy,
    size: usize,
    chosen: Vec<LinkedRecord>,
    seen: u64,
}

impl<'a> Choice<'a> {
    fn new(entropy: &'a dyn Entropy, size: usize) -> Self {
        Self {
            entropy,
            size,
            chosen: Vec::new(),
            seen: 0,
        }
    }

    /// Reads all that is there; returns how many that are.
    async fn read(&mut self, source: &dyn BackupSource) -> Result<u64, BackupError> {
        let mut after: Option<AccountId> = None;
        loop {
            let page = source.linked(after, BATCH).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.account.id);
            for record in page {
                self.offer(record);
            }
        }
        Ok(self.seen)
    }

    fn offer(&mut self, record: LinkedRecord) {
        self.seen += 1;
        if self.chosen.len() < self.size {
            self.chosen.push(record);
            return;
        }
        let mut random = [0; 8];
        self.entropy.fill(&mut random);
        let place = u64::from_be_bytes(random) % self.seen;
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        if let Some(chosen) = self.chosen.get_mut(place) {
            *chosen = record;
        }
    }
}
