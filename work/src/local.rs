//! The jobs that this node is at.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sesame_domain::ids::{JobId, TenantId};
use sesame_domain::job::{JobClaim, Release};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::lanes::Lane;
use crate::progress::ProgressReporter;

/// A job that this node is at.
#[derive(Clone)]
pub(crate) struct LocalJob {
    pub(crate) claim: JobClaim,
    /// For whom it is done.
    pub(crate) tenant: TenantId,
    pub(crate) lane: Lane,
    /// Asks it to end between steps.
    pub(crate) cancel: CancellationToken,
    /// Breaks it off.
    pub(crate) abort: CancellationToken,
    pub(crate) progress: Arc<ProgressReporter>,
    /// How it ended, if that could not be written down yet.
    pub(crate) unwritten: Option<Release>,
}

/// The jobs that this node is at.
pub(crate) struct LocalJobs {
    jobs: Mutex<HashMap<JobId, LocalJob>>,
    /// How many of them run.
    running: watch::Sender<usize>,
}

impl LocalJobs {
    pub(crate) fn new() -> Self {
        Self {
            jobs: Mutex::default(),
            running: watch::Sender::new(0),
        }
    }

    pub(crate) fn insert(&self, job: LocalJob) {
        let mut jobs = self.lock();
        jobs.insert(job.claim.id, job);
        self.count(&jobs);
    }

    /// Its end is written down, or none of this node's business.
    pub(crate) fn remove(&self, claim: JobClaim) {
        let mut jobs = self.lock();
        if jobs.get(&claim.id).is_some_and(|it| it.claim == claim) {
            jobs.remove(&claim.id);
        }
        self.count(&jobs);
    }

    /// Its end is to be written down later.
    pub(crate) fn keep(&self, claim: JobClaim, release: Release) {
        let mut jobs = self.lock();
        if let Some(job) = jobs.get_mut(&claim.id).filter(|it| it.claim == claim) {
            job.unwritten = Some(release);
        }
        self.count(&jobs);
    }

    pub(crate) fn all(&self) -> Vec<LocalJob> {
        self.lock().values().cloned().collect()
    }

    pub(crate) fn get(&self, id: JobId) -> Option<LocalJob> {
        self.lock().get(&id).cloned()
    }

    /// How many more jobs of a lane this node may begin.
    pub(crate) fn room(&self, lane: Lane) -> usize {
        let jobs = self.lock();
        let taken = jobs.values().filter(|it| it.lane == lane).count();
        lane.width().saturating_sub(taken)
    }

    /// How many run, whenever that changes.
    pub(crate) fn watch(&self) -> watch::Receiver<usize> {
        self.running.subscribe()
    }

    fn count(&self, jobs: &HashMap<JobId, LocalJob>) {
        let running = jobs.values().filter(|it| it.unwritten.is_none()).count();
        self.running.send_replace(running);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<JobId, LocalJob>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
