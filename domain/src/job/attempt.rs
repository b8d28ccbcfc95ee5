//! An attempt at a job, as it is remembered.

use super::outcome::Cause;
use crate::ids::{Fence, JobId, NodeId};
use crate::time::Timestamp;

/// An attempt at a job: from a claim until it was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobAttempt {
    /// The number of the claim; it grows with each, not always by one.
    pub fence: Fence,
    /// The node.
    pub node: NodeId,
    /// When it began.
    pub began_at: Timestamp,
    /// How it ended; `None`: it is under way.
    pub end: Option<AttemptEnd>,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptEnd {
    /// When that was written down.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: AttemptOutcome,
    /// What went wrong, if something did.
    pub cause: Option<Cause>,
}

impl JobAttempt {
    /// So many of a job are remembered, the last ones.
    pub const KEPT: u32 = 50;

    /// What its lines in the log carry as `request.id`.
    pub fn request_id(job: JobId, fence: Fence) -> String {
        format!("job-{job}-{}", fence.0)
    }
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The job was done.
    Done,
    /// The job was given up.
    Failed,
    /// It failed, and another one was to be made.
    Retried,
    /// The job had to wait.
    Parked,
    /// The node let go of it, to go on here or elsewhere.
    PutBack,
    /// The job was cancelled.
    Cancelled,
    /// The node was gone, and others took the job over.
    Abandoned,
    /// One that a newer program knows.
    Other(String),
}

impl AttemptOutcome {
    /// The name in the database; never changed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Retried => "retried",
            Self::Parked => "parked",
            Self::PutBack => "put_back",
            Self::Cancelled => "cancelled",
            Self::Abandoned => "abandoned",
            Self::Other(name) => name,
        }
    }

    /// The outcome with this name.
    pub fn from_name(name: &str) -> Self {
        let known = [
            Self::Done,
            Self::Failed,
            Self::Retried,
            Self::Parked,
            Self::PutBack,
            Self::Cancelled,
            Self::Abandoned,
        ];
        let mut known = known.into_iter();
        known
            .find(|it| it.as_str() == name)
            .unwrap_or_else(|| Self::Other(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_that_a_newer_program_knows_are_kept() {
        for name in ["done", "retried", "parked", "put_back", "abandoned", "lent"] {
            assert_eq!(AttemptOutcome::from_name(name).as_str(), name);
        }
    }

    #[test]
    fn each_attempt_has_lines_of_its_own_in_the_log() {
        let job = JobId::from(uuid::Uuid::from_u128(7));
        let ids = [1, 2].map(|fence| JobAttempt::request_id(job, Fence(fence)));
        assert_eq!(ids[0], "job-00000000-0000-0000-0000-000000000007-1");
        assert_ne!(ids[0], ids[1]);
    }
}
