//! Jobs in a list.

use std::sync::Mutex;

use async_trait::async_trait;
use sesame_domain::ids::{Fence, JobId, Owner};
use sesame_domain::job::{
    Cancelling, Enqueued, Job, JobAccess, JobKind, JobState, NewJob, Outcome, Payload,
};
use sesame_domain::page::{Page, Paged};
use sesame_domain::ports::{JobFilter, Jobs as JobsPort, StoreError};
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::Timestamp;

use super::noon;

/// Jobs that stand as the test says.
#[derive(Default)]
pub struct Jobs(pub Mutex<Vec<Job>>);

impl Jobs {
    /// Adds one that stands like this.
    pub fn put(&self, owner: &Owner, kind: JobKind, state: JobState) -> JobId {
        let id = JobId::generate(&SystemEntropy, noon());
        self.0.lock().unwrap().push(Job {
            id,
            kind,
            owner: Some(owner.clone()),
            account: None,
            payload: Payload("{\"chat\":42}".to_owned()),
            state,
            progress: None,
            attempts: 1,
            parks: 0,
            fence: Fence(1),
            node: None,
            cancel_by: None,
            created_at: noon(),
            caused_by: None,
        });
        id
    }

    /// Changes one.
    pub fn change(&self, id: JobId, change: impl FnOnce(&mut Job)) {
        let mut jobs = self.0.lock().unwrap();
        change(jobs.iter_mut().find(|job| job.id == id).unwrap());
    }
}

fn may(access: &JobAccess, job: &Job) -> bool {
    match access {
        JobAccess::Owner(owner) => job.owner.as_ref() == Some(owner),
        JobAccess::Tenant(tenant) => job.owner.as_ref().is_some_and(|it| it.tenant == *tenant),
        JobAccess::All => true,
    }
}

#[async_trait]
impl JobsPort for Jobs {
    async fn enqueue(&self, _: &NewJob) -> Result<Enqueued, StoreError> {
        Err(StoreError::inconsistent("no jobs are asked for here"))
    }

    async fn find(&self, id: JobId, access: &JobAccess) -> Result<Option<Job>, StoreError> {
        let jobs = self.0.lock().unwrap();
        let found = jobs.iter().find(|job| job.id == id && may(access, job));
        Ok(found.cloned())
    }

    async fn list(
        &self,
        filter: &JobFilter,
        page: Page<JobId>,
    ) -> Result<Paged<Job, JobId>, StoreError> {
        let jobs = self.0.lock().unwrap();
        let wanted = |job: &&Job| {
            may(&filter.access, job)
                && (filter.kinds.is_empty() || filter.kinds.contains(&job.kind))
                && (filter.statuses.is_empty()
                    || filter
                        .statuses
                        .iter()
                        .any(|it| it.as_str() == job.state.name()))
                && filter.account.is_none_or(|it| job.account == Some(it))
        };
        let newest_first = jobs.iter().rev().filter(wanted);
        let after = newest_first
            .skip_while(|job| page.after.is_some_and(|after| job.id != after))
            .skip(usize::from(page.after.is_some()));
        let rows: Vec<_> = after.take(page.limit as usize).cloned().collect();
        let is_full = rows.len() == page.limit as usize;
        Ok(Paged {
            next: rows.last().filter(|_| is_full).map(|job| job.id),
            rows,
            broken: Vec::new(),
        })
    }

    async fn cancel(
        &self,
        id: JobId,
        access: &JobAccess,
        by: &str,
        now: Timestamp,
    ) -> Result<Cancelling, StoreError> {
        let mut jobs = self.0.lock().unwrap();
        let Some(job) = jobs.iter_mut().find(|job| job.id == id && may(access, job)) else {
            return Ok(Cancelling::NotFound);
        };
        Ok(match job.state {
            JobState::Ended { .. } => Cancelling::Over,
            JobState::Running { .. } => {
                job.cancel_by = Some(by.to_owned());
                Cancelling::Asked
            }
            _ => {
                let outcome = Outcome::Cancelled { by: by.to_owned() };
                job.state = JobState::Ended { outcome, at: now };
                Cancelling::Cancelled
            }
        })
    }

    async fn hurry(
        &self,
        id: JobId,
        access: &JobAccess,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut jobs = self.0.lock().unwrap();
        let job = jobs.iter_mut().find(|job| job.id == id && may(access, job));
        let waits = job.filter(|job| matches!(job.state, JobState::Waiting { .. }));
        Ok(waits
            .map(|job| job.state = JobState::Queued { from: now })
            .is_some())
    }

    async fn forget(&self, _: Timestamp, _: Timestamp, _: u32) -> Result<u64, StoreError> {
        Ok(0)
    }
}
