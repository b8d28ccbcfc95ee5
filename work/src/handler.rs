//! What does the jobs of a kind.

use async_trait::async_trait;
use sesame_domain::job::{Cause, JobKind, Payload, WaitReason};
use sesame_domain::ports::StoreError;
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;

use crate::lanes::Lane;
use crate::run::JobRun;

/// Does the jobs of a kind. Whatever it does may be broken off at any `await`,
/// here or by the end of the process, and is then done again from its last
/// checkpoint: steps can be repeated.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The kind.
    fn kind(&self) -> JobKind;

    /// Where its jobs stand in line.
    fn lane(&self) -> Lane {
        Lane::Background
    }

    /// How often a step is begun before the job is given up.
    fn max_attempts(&self) -> u32 {
        5
    }

    /// Whether this program can read what a job is about: a newer one may have
    /// written it, and is then the one that does it.
    fn reads(&self, _payload: &Payload) -> bool {
        true
    }

    /// Does a job, from where it stopped.
    ///
    /// # Errors
    /// When it cannot go on now, or at all.
    async fn run(&self, run: &JobRun) -> Result<Report, Stopped>;
}

/// What came of a job that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// In a line.
    pub text: String,
    /// How much of it is missing.
    pub missing: u64,
}

impl From<String> for Report {
    fn from(text: String) -> Self {
        Self { text, missing: 0 }
    }
}

/// Why a job does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Someone asked for it to be cancelled.
    Cancelled,
    /// It is not this node's any more.
    Lost,
    /// It goes on then. This was no attempt.
    Park {
        /// When.
        until: Timestamp,
        /// For what it waits.
        reason: WaitReason,
    },
    /// It failed, and is tried again after a while, as often as its kind is.
    Retry(Cause),
    /// It failed, and trying again is of no use.
    Failed(Cause),
}

/// A store that does not answer may do so later.
impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Fenced => Self::Lost,
            other => Self::Retry(Cause::failed(Reason::of(&other).to_string())),
        }
    }
}
