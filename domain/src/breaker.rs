//! A breaker: what does not answer is left alone for a while.
//!
//! Failures in a row open it; then nothing is asked until it is time to try. One
//! question tries; if it is answered, all are asked as before, if not, the next try
//! comes later. Pure: who asks keeps the state, and passes the time in.

use chrono::TimeDelta;

use crate::backoff::Backoff;
use crate::time::Timestamp;

/// When it opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaking {
    /// So many failures in a row open it.
    pub bound: u32,
    /// How long it stays open, the first time and the next.
    pub open: Backoff,
    /// A try of which nothing was heard for so long was given up: another may try.
    pub try_within: TimeDelta,
    /// When whoever comes during a try is to come again: soon, since it is over as soon
    /// as there is an answer.
    pub after_a_try: TimeDelta,
}

/// How what is asked answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// It is asked.
    Closed {
        /// So many failures came in a row.
        failures: u32,
    },
    /// It is not asked.
    Open {
        /// Until then.
        until: Timestamp,
        /// It was opened so often before, in a row.
        before: u32,
    },
    /// One question tries.
    HalfOpen {
        /// Since then.
        since: Timestamp,
        /// It was opened so often before, in a row.
        before: u32,
    },
}

impl BreakerState {
    /// Nothing failed yet.
    pub const NEW: Self = Self::Closed { failures: 0 };

    /// Whether it may be asked now; an error says when it may be. The state that
    /// follows is the other half.
    pub fn admit(self, by: &Breaking, now: Timestamp) -> (Self, Result<(), Timestamp>) {
        match self {
            Self::Closed { .. } => (self, Ok(())),
            // Nothing is waited for longer than it is ever opened: a clock was wrong.
            Self::Open { until, before } if now < until && until - now <= by.longest() => {
                (Self::Open { until, before }, Err(until))
            }
            Self::HalfOpen { since, .. } if since <= now && now - since < by.try_within => {
                let until = (since + by.try_within).min(now + by.after_a_try);
                (self, Err(until))
            }
            Self::Open { before, .. } | Self::HalfOpen { before, .. } => {
                (Self::HalfOpen { since: now, before }, Ok(()))
            }
        }
    }

    /// It did not answer.
    #[must_use]
    pub fn failed(self, by: &Breaking, now: Timestamp) -> Self {
        match self {
            Self::Closed { failures } if failures + 1 < by.bound => Self::Closed {
                failures: failures + 1,
            },
            Self::Closed { .. } => Self::opened(by, 0, now),
            Self::HalfOpen { before, .. } => Self::opened(by, before + 1, now),
            // One that was under way when it opened.
            Self::Open { .. } => self,
        }
    }

    /// The try was given up, or its answer says nothing: another may try at once.
    #[must_use]
    pub fn given_up(self) -> Self {
        match self {
            Self::HalfOpen { since, before } => Self::Open {
                until: since,
                before,
            },
            Self::Closed { .. } | Self::Open { .. } => self,
        }
    }

    /// When it is tried next, at the latest; `None`: it is asked.
    pub fn next_try(self, by: &Breaking, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Closed { .. } => None,
            // Whoever comes next tries.
            Self::Open { until, .. } => Some(until.min(now + by.longest())),
            Self::HalfOpen { since, .. } => Some((since + by.try_within).min(now + by.try_within)),
        }
    }

    fn opened(by: &Breaking, before: u32, now: Timestamp) -> Self {
        let until = now + by.open.wait(before);
        Self::Open { until, before }
    }
}

impl Breaking {
    /// The longest time for which it is open.
    pub fn longest(&self) -> TimeDelta {
        TimeDelta::from_std(self.open.wait(u32::MAX)).unwrap_or(TimeDelta::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const BY: Breaking = Breaking {
        bound: 2,
        open: Backoff::new(Duration::from_secs(5), Duration::from_secs(8)),
        try_within: TimeDelta::seconds(30),
        after_a_try: TimeDelta::seconds(2),
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn failures_in_a_row_open_it_and_each_try_that_fails_puts_the_next_off() {
        let once = BreakerState::NEW.failed(&BY, at(0));
        assert_eq!(once.admit(&BY, at(0)), (once, Ok(())));
        let open = once.failed(&BY, at(0));
        assert_eq!(open.admit(&BY, at(4)), (open, Err(at(5))));
        let (trying, admitted) = open.admit(&BY, at(5));
        assert_eq!(admitted, Ok(()));
        assert_eq!(trying.admit(&BY, at(5)), (trying, Err(at(7))));
        let again = trying.failed(&BY, at(5));
        assert_eq!(again.next_try(&BY, at(5)), Some(at(13)));
    }

    #[test]
    fn a_try_that_is_given_up_leaves_the_next_to_another() {
        let open = BreakerState::NEW.failed(&BY, at(0)).failed(&BY, at(0));
        let (trying, _) = open.admit(&BY, at(5));
        assert_eq!(trying.given_up().admit(&BY, at(5)).1, Ok(()));
    }
}
