//! The takeout in which a job has a copy read.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::ids::JobId;
use sesame_domain::job::{JobAccess, JobKind, JobStatus, NewJob};
use sesame_domain::page::Page;
use sesame_domain::ports::{JobFilter, Jobs, StoreError, Takeouts};
use sesame_domain::random::Entropy;
use sesame_domain::reading::TakeoutId;
use sesame_domain::reason::Reason;

use crate::exporter::{ExportStopped, TakeoutHolder};
use crate::jobs::end_takeout::{ends, payload};
use crate::run::JobRun;

/// Who cancels the job that would have ended it.
const BY: &str = "the export";
/// When it is first looked whether the copy still needs its takeout.
const LOOKED_AFTER: TimeDelta = TimeDelta::seconds(5);
/// How long it may take to end one whose copy was cancelled. Otherwise the job does
/// it that sees to its end.
const FAREWELL: Duration = Duration::from_secs(2);

/// The takeout in which a job has a copy read. A job of its own ends it once the copy's
/// is over, whatever became of that: it is asked for before anything is read inside.
pub(super) struct JobTakeout<'a> {
    jobs: &'a dyn Jobs,
    takeouts: &'a dyn Takeouts,
    entropy: &'a dyn Entropy,
    run: &'a JobRun,
    account: &'a Account,
    held: Mutex<Option<TakeoutId>>,
}

impl<'a> JobTakeout<'a> {
    pub(super) fn new(
        jobs: &'a dyn Jobs,
        takeouts: &'a dyn Takeouts,
        entropy: &'a dyn Entropy,
        run: &'a JobRun,
        account: &'a Account,
    ) -> Self {
        Self {
            jobs,
            takeouts,
            entropy,
            run,
            account,
            held: Mutex::default(),
        }
    }

    /// Ends it, since the copy was cancelled.
    pub(super) async fn end(&self) {
        let Some(id) = self.take() else {
            return;
        };
        let finish = self.takeouts.finish(self.account, id, false);
        match tokio::time::timeout(FAREWELL, finish).await {
            Ok(Ok(())) => self.over(id).await,
            Ok(Err(error)) => {
                tracing::info!(error = %Reason::of(&error), "an export of Telegram's is ended later");
            }
            Err(_) => tracing::info!("an export of Telegram's is ended later"),
        }
    }

    fn take(&self) -> Option<TakeoutId> {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn note(&self, id: TakeoutId) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
    }

    /// Takes back what was asked for to end it.
    async fn take_back(&self, id: TakeoutId) -> Result<(), StoreError> {
        let access = JobAccess::Owner(self.account.owner.clone());
        let filter = JobFilter {
            kinds: vec![JobKind::END_TAKEOUT],
            statuses: vec![JobStatus::Queued, JobStatus::Waiting],
            account: Some(self.account.id),
            ..JobFilter::all(access.clone())
        };
        for job in self.jobs.list(&filter, Page::first(100)).await?.rows {
            if ends(&job.payload) == Some(id) {
                let now = self.run.now();
                self.jobs.cancel(job.id, &access, BY, now).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl TakeoutHolder for JobTakeout<'_> {
    fn job(&self) -> Option<JobId> {
        Some(self.run.job().id)
    }

    async fn holds(&self, id: TakeoutId) -> Result<(), ExportStopped> {
        let now = self.run.now();
        let job = NewJob {
            owner: Some(self.account.owner.clone()),
            account: Some(self.account.id),
            payload: payload(id, self.run.job().id),
            unique: Some(id.to_string()),
            run_after: now + LOOKED_AFTER,
            ..NewJob::new(
                JobId::generate(self.entropy, now),
                JobKind::END_TAKEOUT,
                now,
            )
        };
        let asked = self.jobs.enqueue(&job).await;
        asked.map_err(|error| ExportStopped::Temporary(Reason::of(&error).to_string()))?;
        self.note(id);
        Ok(())
    }

    async fn over(&self, id: TakeoutId) {
        self.take();
        if let Err(error) = self.take_back(id).await {
            // It finds that there is nothing left to end.
            tracing::debug!(error = %Reason::of(&error), "a job has nothing to do");
        }
    }
}
