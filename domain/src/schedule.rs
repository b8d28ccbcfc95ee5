//! When what is done again and again is due.

use std::time::Duration;

use chrono::TimeDelta;

use crate::backoff::Backoff;
use crate::job::JobKind;
use crate::time::{Age, Timestamp, lies_ahead};

/// How long after a failure it is tried again; never later than its own time.
const RETRY: Backoff = Backoff::new(Duration::from_mins(1), Duration::from_mins(1 << 10));
/// How long after it was begun something that nobody ended is due again: a
/// command that holds no lease may be at it, or may have died.
const LEFT_AFTER: TimeDelta = TimeDelta::minutes(5);
/// No one waits longer than that before trying again what failed.
const TRIED_WITHIN: TimeDelta = TimeDelta::days(2);

/// How often something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every {
    /// How long after it was begun it is due again.
    pub period: TimeDelta,
    /// How much later at most, so that not everything is done at once.
    pub jitter: TimeDelta,
}

impl Every {
    /// That often, and up to a twentieth of it later, but for five minutes.
    pub fn about(period: TimeDelta) -> Self {
        Self {
            period,
            jitter: (period / 20).min(TimeDelta::minutes(5)),
        }
    }

    /// That often to the second.
    pub fn exactly(period: TimeDelta) -> Self {
        Self {
            period,
            jitter: TimeDelta::zero(),
        }
    }

    /// How much later it is done after having been begun then: the same for
    /// whoever asks.
    fn later(self, kind: &JobKind, began_at: Timestamp) -> TimeDelta {
        const PARTS: i32 = 1_000;
        let moment = began_at.timestamp_micros().to_be_bytes();
        // FNV-1a: it is to be spread, not secret.
        let mixed = kind.as_str().bytes().chain(moment);
        let hash = mixed.fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        let part = i32::try_from(hash % PARTS.unsigned_abs()).unwrap_or_default();
        self.jitter / PARTS * part
    }
}

/// How something that is done again and again went lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleRecord {
    /// What: the kind of the jobs that do it.
    pub kind: JobKind,
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

impl ScheduleRecord {
    /// How long after it was begun it is due again.
    pub fn waits(&self, every: Every, now: Timestamp) -> TimeDelta {
        let ended = [self.done_at, self.failed_at].into_iter().flatten();
        // A clock that was ahead says nothing about what came since.
        let ended = ended.filter(|ended| !lies_ahead(*ended, now)).max();
        if ended.is_none_or(|ended| ended < self.began_at) {
            return LEFT_AFTER.min(every.period);
        }
        match self.failures {
            0 => every.period + every.later(&self.kind, self.began_at),
            failures => {
                let wait = RETRY.wait(failures.saturating_sub(1));
                TimeDelta::from_std(wait).map_or(every.period, |wait| wait.min(every.period))
            }
        }
    }

    /// Whether it is due, if it is to be done that often. What was begun by a
    /// clock that was ahead is due: nobody knows how long ago it was.
    pub fn is_due(&self, every: Every, now: Timestamp) -> bool {
        Age::of(self.began_at, now).is_over(self.waits(every, now))
    }

    /// Whether it failed and no one tries it any more: the settings do not ask
    /// for it now, or only a newer program knows it.
    pub fn is_given_up(&self, now: Timestamp) -> bool {
        self.failures > 0 && Age::of(self.began_at, now).is_over(TRIED_WITHIN)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const PERIOD: TimeDelta = TimeDelta::hours(6);
    const YEAR: TimeDelta = TimeDelta::days(365);

    fn every() -> Every {
        Every::exactly(PERIOD)
    }

    fn noon() -> Timestamp {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    fn done_at(moment: Timestamp) -> ScheduleRecord {
        ScheduleRecord {
            kind: JobKind::BACKUP,
            began_at: moment,
            done_at: Some(moment),
            failed_at: None,
            failures: 0,
            report: String::new(),
        }
    }

    #[test]
    fn what_was_done_in_the_future_is_due() {
        assert!(done_at(noon() + YEAR).is_due(every(), noon()));
        assert!(!done_at(noon() + TimeDelta::minutes(2)).is_due(every(), noon()));
        assert!(!done_at(noon() - PERIOD).is_due(every(), noon()));
        assert!(done_at(noon() - PERIOD * 2).is_due(every(), noon()));
    }

    #[test]
    fn an_end_in_the_future_is_none() {
        let mut record = done_at(noon() + YEAR);
        record.began_at = noon();
        assert_eq!(record.waits(every(), noon()), LEFT_AFTER);
        record.done_at = Some(noon());
        record.failed_at = Some(noon() + YEAR);
        assert_eq!(record.waits(every(), noon()), PERIOD);
    }

    #[test]
    fn not_everything_is_done_at_the_same_moment() {
        let every = Every::about(PERIOD);
        assert_eq!(every.jitter, TimeDelta::minutes(5));
        let mut waits = std::collections::HashSet::new();
        for minute in 0..100 {
            let record = done_at(noon() + TimeDelta::minutes(minute));
            let now = record.began_at + TimeDelta::hours(1);
            let wait = record.waits(every, now);
            assert_eq!(wait, record.waits(every, now + PERIOD));
            assert!(wait >= PERIOD && wait < PERIOD + every.jitter);
            waits.insert(wait);
        }
        assert!(waits.len() > 50, "{waits:?}");
    }

    #[test]
    fn what_fails_and_is_not_tried_any_more_is_given_up() {
        let mut record = done_at(noon() - TimeDelta::days(3));
        assert!(!record.is_given_up(noon()));
        record.failures = 1;
        assert!(record.is_given_up(noon()));
        record.began_at = noon() - TimeDelta::days(1);
        assert!(!record.is_given_up(noon()));
    }
}
