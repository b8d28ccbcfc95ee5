//! A job while it is done.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sesame_domain::job::{Cause, Job, JobClaim, Payload, WaitReason, park_for};
use sesame_domain::ports::JobQueue;
use sesame_domain::time::Clock;
use sesame_domain::time::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::outcome::Stopped;
use crate::progress::ProgressReporter;

/// A job while it is done: what it is about, and how it keeps what it did.
pub struct JobRun {
    pub(crate) job: Job,
    pub(crate) claim: JobClaim,
    pub(crate) queue: Arc<dyn JobQueue>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) cancel: CancellationToken,
    pub(crate) progress: Arc<ProgressReporter>,
    pub(crate) attempts: AtomicU32,
    pub(crate) parks: AtomicU32,
}

impl JobRun {
    /// The job, as it was when it was begun.
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What it is about, and where it goes on.
    ///
    /// # Errors
    /// When it cannot be read; [`crate::Handler::reads`] says so before.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, Stopped> {
        decode(&self.job.payload)
            .ok_or_else(|| Stopped::Failed(Cause::failed("what it is about cannot be read")))
    }

    /// Is told how far it has come.
    pub fn progress(&self) -> &ProgressReporter {
        &self.progress
    }

    /// Keeps where it goes on after a step, before anyone is told that the step
    /// is done. Attempts are counted anew from here.
    ///
    /// # Errors
    /// When it is to end here: someone cancelled it, or has it now.
    pub async fn checkpoint(&self, payload: &(impl Serialize + Sync)) -> Result<(), Stopped> {
        self.checkpoint_at(&encode(payload)?).await
    }

    /// A step is done, and where it goes on is kept elsewhere: what it is about stays
    /// as it is. Attempts are counted anew from here.
    ///
    /// # Errors
    /// When it is to end here: someone cancelled it, or has it now.
    pub async fn keep(&self) -> Result<(), Stopped> {
        self.checkpoint_at(&self.job.payload).await
    }

    async fn checkpoint_at(&self, payload: &Payload) -> Result<(), Stopped> {
        let progress = self.progress.current();
        self.queue
            .checkpoint(self.claim, payload, progress.as_ref())
            .await?;
        self.attempts.store(1, Ordering::Relaxed);
        self.parks.store(0, Ordering::Relaxed);
        self.go_on()
    }

    /// Which attempt this is at the step that it is at.
    pub fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// It waits for what is not there at the moment, a little longer each time in a
    /// row, and not less long than it is known to be away. That is no attempt.
    pub fn parked(&self, reason: WaitReason, until: Option<Timestamp>) -> Stopped {
        let pause = self.now() + park_for(self.parks.load(Ordering::Relaxed));
        Stopped::Park {
            until: until.map_or(pause, |until| until.max(pause)),
            reason,
        }
    }

    /// Whether it goes on: to be asked between steps.
    ///
    /// # Errors
    /// When someone asked for it to be cancelled.
    pub fn go_on(&self) -> Result<(), Stopped> {
        if self.cancel.is_cancelled() {
            Err(Stopped::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Does something that can be broken off when the job is cancelled.
    ///
    /// # Errors
    /// When it was.
    pub async fn unless_cancelled<T>(&self, step: impl Future<Output = T>) -> Result<T, Stopped> {
        let done = self.cancel.run_until_cancelled(step).await;
        done.ok_or(Stopped::Cancelled)
    }
}

impl fmt::Debug for JobRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobRun")
            .field("job", &self.job)
            .finish_non_exhaustive()
    }
}

/// What a payload says, if this program can read it.
pub fn decode<T: DeserializeOwned>(payload: &Payload) -> Option<T> {
    serde_json::from_str(&payload.0).ok()
}

/// A payload that says this.
///
/// # Errors
/// When it cannot be written.
pub fn encode(payload: &impl Serialize) -> Result<Payload, Stopped> {
    serde_json::to_string(payload)
        .map(Payload)
        .map_err(|error| Stopped::Failed(Cause::failed(error.to_string())))
}
