//! How a job stands.

use super::outcome::{Cause, Outcome};
use super::status::JobStatus;
use crate::time::Timestamp;

/// How a job stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobState {
    /// It is to be done, not before then.
    Queued {
        /// From when on.
        from: Timestamp,
    },
    /// It was begun, and goes on then.
    Waiting {
        /// When.
        until: Timestamp,
        /// For what it waits.
        reason: WaitReason,
        /// What went wrong, if something did.
        cause: Option<Cause>,
    },
    /// A node is at it.
    Running {
        /// Since when.
        since: Timestamp,
    },
    /// It is over.
    Ended {
        /// What came of it.
        outcome: Outcome,
        /// When.
        at: Timestamp,
    },
    /// A newer program knows: it is left alone.
    Unknown(String),
}

impl JobState {
    /// Its name: that of a [`JobStatus`], or one that a newer program knows.
    pub fn name(&self) -> &str {
        let status = match self {
            Self::Queued { .. } => JobStatus::Queued,
            Self::Waiting { .. } => JobStatus::Waiting,
            Self::Running { .. } => JobStatus::Running,
            Self::Ended { outcome, .. } => outcome.status(),
            Self::Unknown(name) => return name,
        };
        status.as_str()
    }
}

/// For what a job waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitReason {
    /// Telegram asked to wait.
    Flood,
    /// Telegram, or one of its data centres, does not answer.
    Telegram,
    /// Telegram asks the person, on their other devices, whether an export of theirs may
    /// begin.
    TakeoutDelay,
    /// Another node has the account's session open.
    SessionElsewhere,
    /// What it needs is not there at the moment.
    Unavailable,
    /// It failed and is tried again.
    Retry,
    /// Something that its kind, or a newer program, knows.
    Other(String),
}

impl WaitReason {
    /// The name in the database; never changed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Flood => "flood",
            Self::Telegram => "telegram",
            Self::TakeoutDelay => "takeout_delay",
            Self::SessionElsewhere => "session_elsewhere",
            Self::Unavailable => "unavailable",
            Self::Retry => "retry",
            Self::Other(name) => name,
        }
    }

    /// The reason with this name.
    pub fn from_name(name: &str) -> Self {
        let known = [
            Self::Flood,
            Self::Telegram,
            Self::TakeoutDelay,
            Self::SessionElsewhere,
            Self::Unavailable,
            Self::Retry,
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
    fn reasons_that_a_newer_program_knows_are_kept() {
        for name in [
            "flood",
            "telegram",
            "takeout_delay",
            "session_elsewhere",
            "unavailable",
            "retry",
            "tide",
        ] {
            assert_eq!(WaitReason::from_name(name).as_str(), name);
        }
    }
}
