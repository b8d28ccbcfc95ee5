//! What Sesame does by itself, again and again.

use chrono::TimeDelta;

use crate::time::{Age, Timestamp, lies_ahead};

/// How long after its first failure a duty is tried again; doubled with every
/// failure.
const RETRY_AFTER: TimeDelta = TimeDelta::minutes(1);
/// How long after it was begun a duty that nobody ended is due again: its node
/// died, or a command that holds no lease is still at it.
const LEFT_AFTER: TimeDelta = TimeDelta::minutes(5);

/// Something that one node does for all, again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Makes a new wrapping key when the active one is too old.
    RotateKey,
    /// Wraps data keys anew that are under older versions.
    Rewrap,
    /// Ties the strands of the audit together.
    Checkpoint,
    /// Removes entries of the audit that are older than its retention.
    PruneAudit,
    /// Makes a backup.
    Backup,
    /// Removes backups that are not kept any longer.
    PruneBackups,
    /// Restores the newest backup into a scratch database.
    Rehearse,
    /// Ends sessions that the policy no longer keeps.
    Retention,
    /// Forgets used launch data, links and tokens whose time is over.
    Forget,
    /// Copies the key file to a safe place. Only an operator can do it.
    CopyKeys,
}

impl Duty {
    /// Every duty there is.
    pub const ALL: [Self; 10] = [
        Self::RotateKey,
        Self::Rewrap,
        Self::Checkpoint,
        Self::PruneAudit,
        Self::Backup,
        Self::PruneBackups,
        Self::Rehearse,
        Self::Retention,
        Self::Forget,
        Self::CopyKeys,
    ];

    /// The name in the database and in metrics; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RotateKey => "rotate_key",
            Self::Rewrap => "rewrap",
            Self::Checkpoint => "checkpoint",
            Self::PruneAudit => "prune_audit",
            Self::Backup => "backup",
            Self::PruneBackups => "prune_backups",
            Self::Rehearse => "rehearse",
            Self::Retention => "retention",
            Self::Forget => "forget",
            Self::CopyKeys => "copy_keys",
        }
    }

    /// The duty with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.as_str() == name)
    }
}

/// How a duty went lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyRecord {
    /// Which.
    pub duty: Duty,
    /// When it was begun last, by command or by itself.
    pub began_at: Timestamp,
    /// When it was last done without a failure.
    pub done_at: Option<Timestamp>,
    /// When it failed last.
    pub failed_at: Option<Timestamp>,
    /// How often it failed since it was last done.
    pub failures: u32,
    /// What came of it: of the last success, or why it failed since.
    pub report: String,
}

impl DutyRecord {
    /// How long after it was begun the duty is due again.
    pub fn waits(&self, every: TimeDelta, now: Timestamp) -> TimeDelta {
        let ended = [self.done_at, self.failed_at].into_iter().flatten();
        // A clock that was ahead says nothing about what came since.
        let ended = ended.filter(|ended| !lies_ahead(*ended, now)).max();
        let wait = if ended.is_none_or(|ended| ended < self.began_at) {
            LEFT_AFTER
        } else {
            match self.failures {
                0 => every,
                failures => RETRY_AFTER * (1 << failures.saturating_sub(1).min(10)),
            }
        };
        wait.min(every)
    }

    /// Whether it is due, if it is to be done that often. What was begun by a
    /// clock that was ahead is due: nobody knows how long ago it was.
    pub fn is_due(&self, every: TimeDelta, now: Timestamp) -> bool {
        Age::of(self.began_at, now).is_over(self.waits(every, now))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const EVERY: TimeDelta = TimeDelta::hours(6);
    const YEAR: TimeDelta = TimeDelta::days(365);

    fn noon() -> Timestamp {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    fn done_at(moment: Timestamp) -> DutyRecord {
        DutyRecord {
            duty: Duty::Backup,
            began_at: moment,
            done_at: Some(moment),
            failed_at: None,
            failures: 0,
            report: String::new(),
        }
    }

    #[test]
    fn what_was_done_in_the_future_is_due() {
        assert!(done_at(noon() + YEAR).is_due(EVERY, noon()));
        assert!(!done_at(noon() + TimeDelta::minutes(2)).is_due(EVERY, noon()));
        assert!(!done_at(noon() - EVERY).is_due(EVERY, noon()));
        assert!(done_at(noon() - EVERY * 2).is_due(EVERY, noon()));
    }

    #[test]
    fn an_end_in_the_future_is_none() {
        let mut record = done_at(noon() + YEAR);
        record.began_at = noon();
        assert_eq!(record.waits(EVERY, noon()), LEFT_AFTER);
        record.done_at = Some(noon());
        record.failed_at = Some(noon() + YEAR);
        assert_eq!(record.waits(EVERY, noon()), EVERY);
    }
}
