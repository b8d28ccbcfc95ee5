//! What lists of jobs are filtered by.

use serde::{Deserialize, Serialize};

/// A job's state without what it carries: what lists are filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// To be done.
    Queued,
    /// Put off until a moment.
    Waiting,
    /// A node is at it.
    Running,
    /// Done, or done with something missing.
    Done,
    /// Given up.
    Failed,
    /// Cancelled.
    Cancelled,
}

impl JobStatus {
    /// Every status there is.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Waiting,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The name in the database and in answers; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_known_by_its_name() {
        for status in JobStatus::ALL {
            assert_eq!(JobStatus::from_name(status.as_str()), Some(status));
            let json = serde_json::to_value(status).unwrap();
            assert_eq!(json, status.as_str());
        }
        assert_eq!(JobStatus::from_name("dreaming"), None);
    }
}
