//! Wrapping all data keys under the active version.

use std::collections::{HashMap, HashSet};

use futures::{StreamExt, stream};
use sesame_domain::audit::{AccessPurpose, Action, Actor, AuditEntry, AuditReason};
use sesame_domain::keys::{KeyUse, KeyVersion};
use sesame_domain::ports::{Rewrapped, WrappedKey, WrappedPlace};
use uuid::Uuid;

use super::{AdministrationError, KeyAdministration};
use crate::alarm;
use crate::error::SealError;

/// How many data keys are stored in one transaction.
const BATCH: u32 = 256;
/// How many data keys are wrapped at once: with AWS KMS, each is a call.
const AT_ONCE: usize = 16;
/// How often all places are gone through while rows keep changing meanwhile.
const PASSES: u32 = 5;
const PLACES: [WrappedPlace; 5] = [
    WrappedPlace::Secret,
    WrappedPlace::Session,
    WrappedPlace::Peers,
    WrappedPlace::LoginSession,
    WrappedPlace::Export,
];

/// How far wrapping anew has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RewrapProgress {
    /// How many data keys were wrapped anew.
    pub done: u64,
    /// How many could not be.
    pub skipped: u64,
    /// How many there were to wrap anew at the beginning.
    pub total: u64,
}

/// What wrapping anew came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewrapReport {
    /// The version that wraps the data keys now.
    pub key_id: String,
    /// How many were wrapped anew.
    pub done: u64,
    /// How many rows changed while they were worked on, and were left alone:
    /// they were sealed under the active version, or tried again.
    pub changed: u64,
    /// Rows whose data key does not open: changed, moved, or of an unknown
    /// format or key. Each is an alarm in the audit.
    pub broken: Vec<Uuid>,
    /// Rows whose key is retired or not on this node.
    pub out_of_reach: Vec<Uuid>,
}

impl KeyAdministration {
    /// Wraps all data keys under the active version, in batches, while nodes
    /// run. Sessions are not opened. It can be interrupted at any time and
    /// begun again: what is done is done. A data key that does not open is
    /// reported and left as it is.
    ///
    /// # Errors
    /// When a provider or the database does not answer.
    pub async fn rewrap(
        &self,
        actor: Actor,
        progress: &mut (dyn FnMut(RewrapProgress) + Send),
    ) -> Result<RewrapReport, AdministrationError> {
        let to = self.seals.active().await?;
        let mut run = Run {
            administration: self,
            actor,
            sources: HashMap::new(),
            skipped: HashSet::new(),
            total: self.left(&to).await?,
            report: RewrapReport::new(&to),
            to,
        };
        progress(run.progress());
        for _ in 0..PASSES {
            // Without this key nothing can be done; it is no row's fault.
            self.seals.holder(&run.to).await?;
            let changed = run.report.changed;
            for place in PLACES {
                run.place(place, progress).await?;
            }
            let active = self.seals.active().await?;
            if active.id == run.to.id && run.report.changed == changed {
                break;
            }
            run.report.key_id.clone_from(&active.id);
            run.to = active;
        }
        tracing::info!(
            key = run.report.key_id,
            done = run.report.done,
            "data keys were wrapped anew"
        );
        Ok(run.report)
    }

    /// How many data keys other versions wrap.
    async fn left(&self, to: &KeyVersion) -> Result<u64, AdministrationError> {
        let uses = self.seals.register.in_use().await?;
        let others = uses.iter().filter(|it| it.key_id != to.id);
        Ok(others.map(KeyUse::wrapped).sum())
    }
}

impl RewrapReport {
    fn new(to: &KeyVersion) -> Self {
        Self {
            key_id: to.id.clone(),
            done: 0,
            changed: 0,
            broken: Vec::new(),
            out_of_reach: Vec::new(),
        }
    }
}

/// One run, through all places.
struct Run<'a> {
    administration: &'a KeyAdministration,
    actor: Actor,
    to: KeyVersion,
    /// Versions that were looked up.
    sources: HashMap<String, KeyVersion>,
    /// Rows that were reported, not to be reported by the next pass again.
    skipped: HashSet<Uuid>,
    total: u64,
    report: RewrapReport,
}

impl Run<'_> {
    fn progress(&self) -> RewrapProgress {
        RewrapProgress {
            done: self.report.done,
            skipped: self.skipped.len() as u64,
            total: self.total,
        }
    }

    async fn place(
        &mut self,
        place: WrappedPlace,
        progress: &mut (dyn FnMut(RewrapProgress) + Send),
    ) -> Result<(), AdministrationError> {
        let mut after = None;
        loop {
            let store = &self.administration.rewrapping;
            let rows = store.wrapped_by_others(&self.to.id, place, after, BATCH);
            let rows = rows.await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = Some(last.binding.subject);
            self.batch(rows).await?;
            progress(self.progress());
        }
    }

    async fn batch(&mut self, rows: Vec<WrappedKey>) -> Result<(), AdministrationError> {
        self.look_up(&rows).await?;
        let seals = &self.administration.seals;
        seals.count(&self.to, rows.len() as u64).await?;
        let this = &*self;
        let wrapped: Vec<_> = stream::iter(rows)
            .map(|row| async move {
                let wrapped = this.wrap(&row).await;
                (row, wrapped)
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        let mut batch = Vec::with_capacity(wrapped.len());
        let mut failure = Ok(());
        for (before, wrapped) in wrapped {
            match wrapped {
                Ok(wrapped_key) => batch.push(Rewrapped {
                    before,
                    key_id: self.to.id.clone(),
                    wrapped_key,
                }),
                Err(error) => failure = failure.and(self.skip(&before, error).await),
            }
        }
        // What was wrapped is not lost to what went wrong beside it.
        self.store(&batch).await?;
        failure
    }

    async fn look_up(&mut self, rows: &[WrappedKey]) -> Result<(), AdministrationError> {
        for row in rows {
            if self.sources.contains_key(&row.key_id) {
                continue;
            }
            match self.administration.seals.opening(&row.key_id).await {
                Ok(version) => {
                    self.sources.insert(row.key_id.clone(), version);
                }
                // Each row is told about by itself.
                Err(SealError::Unregistered(_) | SealError::Retired(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn wrap(&self, row: &WrappedKey) -> Result<Vec<u8>, SealError> {
        let seals = &self.administration.seals;
        let (binding, wrapped) = (&row.binding, &row.wrapped_key);
        if let Some(from) = self.sources.get(&row.key_id) {
            return seals.rewrap(from, &self.to, binding, wrapped).await;
        }
        // There is none, or it may not open anything: this says which.
        let from = seals.opening(&row.key_id).await?;
        seals.rewrap(&from, &self.to, binding, wrapped).await
    }

    async fn store(&mut self, batch: &[Rewrapped]) -> Result<(), AdministrationError> {
        if batch.is_empty() {
            return Ok(());
        }
        let administration = self.administration;
        let (id, actor) = (&self.to.id, self.actor.clone());
        let reason = AuditReason::Rewrapped {
            keys: batch.len() as u64,
            under: id.clone(),
        };
        let audit = administration.entry(Action::KeysRewrapped, id, actor, reason);
        let stored = administration.rewrapping.rewrap(batch, audit).await?;
        self.report.done += stored;
        self.report.changed += (batch.len() as u64).saturating_sub(stored);
        Ok(())
    }

    /// Takes note of a row that cannot be wrapped anew; when the failure is not
    /// the row's, it ends the run.
    async fn skip(
        &mut self,
        row: &WrappedKey,
        error: SealError,
    ) -> Result<(), AdministrationError> {
        let id = row.binding.subject;
        match &error {
            error if error.is_alarm() => {
                if self.skipped.insert(id) {
                    self.raise_alarm(row, error).await?;
                    self.report.broken.push(id);
                }
                Ok(())
            }
            SealError::NotHeld(_) | SealError::Retired(_) => {
                if self.skipped.insert(id) {
                    self.report.out_of_reach.push(id);
                }
                Ok(())
            }
            _ => Err(error.into()),
        }
    }

    async fn raise_alarm(
        &self,
        row: &WrappedKey,
        error: &SealError,
    ) -> Result<(), AdministrationError> {
        alarm::raise(&row.binding, error);
        let administration = self.administration;
        let reason = AuditReason::Shut {
            purpose: AccessPurpose::Rewrap,
            fault: alarm::fault(error),
        };
        let entry = AuditEntry::new(
            administration.clock.now(),
            row.binding.owner.clone(),
            row.binding.subject,
            self.actor.clone(),
            Action::SealBroken,
            reason,
        );
        let entry = entry.from(administration.origin.clone()).failed();
        Ok(administration.audit.append(entry).await?)
    }
}
