//! Asking for exports that are kept on the server.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::audit::{Access, AccessPurpose, Action, Actor, AuditEntry, AuditReason};
use sesame_domain::export::{
    Export, ExportChoice, ExportEstimate, ExportRun, ExportWay, LookBack, RenewEvery,
};
use sesame_domain::ids::{AccountId, ExportId, JobId, Owner};
use sesame_domain::job::{Job, JobAccess, JobKind, JobState, JobStatus, NewJob, WaitReason};
use sesame_domain::page::Page;
use sesame_domain::ports::{
    ExportBegin, ExportRenewals, ExportRequestError, ExportRequests, ExportStore, ExportTerms,
    Exports, JobFilter, Jobs, NewExport, ReadCounts, ReadDialogs, Signals, Topic,
};
use sesame_domain::random::Entropy;
use sesame_domain::reading::ReadError;
use sesame_domain::reason::Reason;
use sesame_domain::request::RequestId;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Clock;

use crate::exporter::estimate;
use crate::jobs::{export_key, export_of, export_payload, way_of};

/// Who cancelled a job, for whoever looks at it.
const BY_OWNER: &str = "owner";
/// Jobs are forgotten after a while: no one has more than so many pages of them.
const MOST_PAGES: usize = 20;

/// Asks for exports that are kept on the server.
pub struct ServerExports {
    /// Their rows.
    pub exports: Arc<dyn Exports>,
    /// Which of them are brought up to date by themselves.
    pub renewals: Arc<dyn ExportRenewals>,
    /// Where their files are kept.
    pub store: Arc<dyn ExportStore>,
    /// The jobs that make them.
    pub jobs: Arc<dyn Jobs>,
    /// Counts what there is to copy.
    pub counts: Arc<dyn ReadCounts>,
    /// The list of dialogs, by which a session meets one anew.
    pub dialogs: Arc<dyn ReadDialogs>,
    /// Wakes those who do them.
    pub signals: Arc<dyn Signals>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// How many bytes a person's exports may take.
    pub room: u64,
    /// How long one is kept.
    pub kept: TimeDelta,
    /// Where this is, for the audit.
    pub origin: String,
}

impl ServerExports {
    fn entry(&self, owner: &Owner, id: ExportId, action: Action) -> AuditEntry {
        AuditEntry::new(
            self.clock.now(),
            owner.clone(),
            id.as_uuid(),
            Actor::Owner,
            action,
            AuditReason::AskedFor,
        )
        .from(self.origin.clone())
    }

    async fn wake(&self) {
        // Whoever does jobs looks by itself, too.
        if let Err(error) = self.signals.publish(Topic::Jobs).await {
            tracing::debug!(error = %Reason::of(&error), "a wake-up was lost");
        }
    }

    /// The jobs that are not over of an export.
    async fn open_jobs(&self, export: &Export) -> Result<Vec<Job>, ExportRequestError> {
        let access = JobAccess::Owner(export.owner.clone());
        let filter = JobFilter {
            kinds: vec![JobKind::EXPORT],
            statuses: vec![JobStatus::Queued, JobStatus::Waiting, JobStatus::Running],
            account: export.account,
            ..JobFilter::all(access)
        };
        let mut jobs = self.jobs.list(&filter, Page::first(100)).await?.rows;
        jobs.retain(|job| export_of(&job.payload) == Some(export.dialog));
        Ok(jobs)
    }

    /// Cancels the jobs that are not over of an export.
    async fn cancel(&self, export: &Export) -> Result<(), ExportRequestError> {
        let access = JobAccess::Owner(export.owner.clone());
        let now = self.clock.now();
        for job in self.open_jobs(export).await? {
            self.jobs.cancel(job.id, &access, BY_OWNER, now).await?;
        }
        Ok(())
    }

    /// What the person says to a job that waits until they allowed a takeout: it is
    /// tried at once, or given up for one without.
    async fn answer_takeout(
        &self,
        export: &Export,
        way: ExportWay,
    ) -> Result<(), ExportRequestError> {
        let access = JobAccess::Owner(export.owner.clone());
        let now = self.clock.now();
        for job in self.open_jobs(export).await? {
            let JobState::Waiting { reason, .. } = &job.state else {
                continue;
            };
            match way {
                _ if *reason != WaitReason::TakeoutDelay => {}
                ExportWay::Takeout => drop(self.jobs.hurry(job.id, &access, now).await?),
                ExportWay::Ordinary => {
                    self.jobs.cancel(job.id, &access, BY_OWNER, now).await?;
                }
            }
        }
        Ok(())
    }

    /// By which way it was read the last time, if anyone knows.
    async fn last_way(
        &self,
        owner: &Owner,
        account: AccountId,
        dialog: PeerId,
    ) -> Result<ExportWay, ExportRequestError> {
        let jobs = self.jobs(owner, account).await?;
        let last = jobs.into_iter().find(|(of, _)| *of == dialog);
        Ok(last.map_or(ExportWay::Ordinary, |(_, job)| way_of(&job.payload)))
    }
}

#[async_trait]
impl ExportRequests for ServerExports {
    async fn ask(
        &self,
        account: &Account,
        dialog: PeerId,
        choice: ExportChoice,
        run: ExportRun,
        caused_by: Option<RequestId>,
    ) -> Result<ExportBegin, ExportRequestError> {
        let (now, owner) = (self.clock.now(), &account.owner);
        let id = ExportId::generate(&*self.entropy, now);
        let access = Access {
            actor: Actor::Owner,
            reason: AccessPurpose::SaveExport,
        };
        let new = NewExport {
            key: self.store.new_key(owner, id, &access).await?,
            export: Export {
                id,
                owner: owner.clone(),
                account: Some(account.id),
                dialog,
                choice,
                bytes: 0,
                created_at: now,
                expires_at: now + self.kept,
                made: None,
                renewal: None,
            },
        };
        let job = NewJob {
            owner: Some(owner.clone()),
            account: Some(account.id),
            payload: export_payload(dialog, run),
            unique: Some(export_key(account.id, dialog)),
            caused_by,
            ..NewJob::new(JobId::generate(&*self.entropy, now), JobKind::EXPORT, now)
        };
        let audit = self.entry(owner, id, Action::ExportBegun);
        let begun = self.exports.begin(&new, &job, self.room, audit).await?;
        self.wake().await;
        Ok(begun)
    }

    async fn estimate(
        &self,
        account: &Account,
        dialog: PeerId,
        choice: &ExportChoice,
    ) -> Result<ExportEstimate, ReadError> {
        estimate(&*self.counts, &*self.dialogs, account, dialog, choice).await
    }

    async fn go_on(
        &self,
        account: &Account,
        export: &Export,
        way: Option<ExportWay>,
        look_back: LookBack,
        caused_by: Option<RequestId>,
    ) -> Result<ExportBegin, ExportRequestError> {
        let dialog = export.dialog;
        let way = match way {
            Some(way) => {
                self.answer_takeout(export, way).await?;
                way
            }
            None => self.last_way(&account.owner, account.id, dialog).await?,
        };
        let choice = export.choice.clone();
        let run = ExportRun { way, look_back };
        self.ask(account, dialog, choice, run, caused_by).await
    }

    async fn terms(&self, owner: &Owner) -> Result<ExportTerms, ExportRequestError> {
        Ok(ExportTerms {
            room: self.room,
            taken: self.exports.taken(owner).await?,
            kept: self.kept,
        })
    }

    async fn jobs(
        &self,
        owner: &Owner,
        account: AccountId,
    ) -> Result<Vec<(PeerId, Job)>, ExportRequestError> {
        let filter = JobFilter {
            kinds: vec![JobKind::EXPORT],
            account: Some(account),
            ..JobFilter::all(JobAccess::Owner(owner.clone()))
        };
        let mut latest: Vec<(PeerId, Job)> = Vec::new();
        let mut page = Page::first(100);
        for _ in 0..MOST_PAGES {
            let found = self.jobs.list(&filter, page).await?;
            for job in found.rows {
                // The newest come first.
                if let Some(dialog) = export_of(&job.payload)
                    && !latest.iter().any(|(known, _)| *known == dialog)
                {
                    latest.push((dialog, job));
                }
            }
            match found.next {
                Some(next) => page.after = Some(next),
                None => break,
            }
        }
        Ok(latest)
    }

    async fn keep_up_to_date(
        &self,
        owner: &Owner,
        id: ExportId,
        every: Option<RenewEvery>,
    ) -> Result<bool, ExportRequestError> {
        let mut chance = [0; 8];
        self.entropy.fill(&mut chance);
        let (chance, now) = (u64::from_ne_bytes(chance), self.clock.now());
        let renewal = every.map(|every| (every, every.first(chance, now)));
        let audit = self.entry(owner, id, Action::ExportKept);
        Ok(self.renewals.set(id, owner, renewal, audit).await?)
    }

    async fn remove(&self, owner: &Owner, id: ExportId) -> Result<bool, ExportRequestError> {
        let Some(export) = self.exports.find(id, owner).await? else {
            return Ok(false);
        };
        self.cancel(&export).await?;
        let audit = self.entry(owner, id, Action::ExportRemoved);
        let removed = self.exports.remove(id, owner, audit).await?;
        self.wake().await;
        Ok(removed)
    }
}

impl fmt::Debug for ServerExports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerExports").finish_non_exhaustive()
    }
}
