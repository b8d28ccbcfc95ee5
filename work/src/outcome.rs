//! What comes of running a job.

use sesame_domain::job::{Cause, WaitReason};
use sesame_domain::ports::StoreError;
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;

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
            StoreError::Fenced(_) => Self::Lost,
            other => Self::Retry(Cause::failed(Reason::of(&other).to_string())),
        }
    }
}
