//! What comes of a job, and why one fails.

use super::status::JobStatus;

/// What came of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done {
        /// What came of it, in a line.
        report: String,
    },
    /// It is done, but for some of it.
    Incomplete {
        /// What came of it, in a line.
        report: String,
        /// How much is missing.
        missing: u64,
    },
    /// It was given up.
    Failed(Cause),
    /// It was cancelled.
    Cancelled {
        /// By whom.
        by: String,
    },
}

impl Outcome {
    /// The status of a job that ended like this.
    pub fn status(&self) -> JobStatus {
        match self {
            Self::Done { .. } | Self::Incomplete { .. } => JobStatus::Done,
            Self::Failed(_) => JobStatus::Failed,
            Self::Cancelled { .. } => JobStatus::Cancelled,
        }
    }
}

/// Why a job failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What lists, metrics and words go by.
    pub code: CauseCode,
    /// For whoever looks into it, in a line.
    pub detail: String,
}

impl Cause {
    /// It failed, for a reason that has no code of its own.
    pub fn failed(detail: impl Into<String>) -> Self {
        Self {
            code: CauseCode::Failed,
            detail: detail.into(),
        }
    }
}

/// What kind of failure it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CauseCode {
    /// One that has no code of its own.
    Failed,
    /// Its process ended while it was at it, again and again.
    Died,
    /// It panicked.
    Panicked,
    /// One that the job's kind, or a newer program, knows.
    Other(String),
}

impl CauseCode {
    /// The name in the database and in answers; never changed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Failed => "failed",
            Self::Died => "died",
            Self::Panicked => "panicked",
            Self::Other(name) => name,
        }
    }

    /// The code with this name.
    pub fn from_name(name: &str) -> Self {
        let mut known = [Self::Failed, Self::Died, Self::Panicked].into_iter();
        known
            .find(|it| it.as_str() == name)
            .unwrap_or_else(|| Self::Other(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_a_newer_program_knows_are_kept() {
        for name in ["failed", "died", "panicked", "eclipse"] {
            assert_eq!(CauseCode::from_name(name).as_str(), name);
        }
    }
}
