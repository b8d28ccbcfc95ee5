//! How many logins a person and an account may have a day.
//!
//! Telegram locks a number out for a day that signs in too often, and floods an
//! application that has too many tokens exported. Both are to stop here before
//! they do there, whatever became of the logins: scanned, cancelled or expired.

use chrono::TimeDelta;

use crate::time::{Timestamp, lies_ahead};

/// A login that was begun, as the budget counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginAttempt {
    /// Whether the person began it; otherwise they scanned someone else's code.
    pub is_own: bool,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When its code was accepted on a phone.
    pub scanned_at: Option<Timestamp>,
}

/// How many logins a person and an account may have a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginBudget {
    /// How many a person may begin, scanned or not.
    pub logins: u32,
    /// How many sign-ins an account may have: codes that it scanned.
    pub scans: u32,
}

impl LoginBudget {
    /// In which length of time they are counted.
    pub const SPAN: TimeDelta = TimeDelta::hours(24);

    /// After so long nothing of an attempt counts: it is scanned while it lives,
    /// or as it is cleaned up, and then counts for as long as the others.
    pub const REMEMBERED: TimeDelta = TimeDelta::hours(26);

    /// From when on another login may be begun; `None`: now.
    pub fn spent_until(self, attempts: &[LoginAttempt], now: Timestamp) -> Option<Timestamp> {
        let begun = attempts
            .iter()
            .filter(|attempt| attempt.is_own)
            .map(|attempt| attempt.begun_at);
        let scanned = attempts.iter().filter_map(|attempt| attempt.scanned_at);
        free_again(begun, self.logins, now).max(free_again(scanned, self.scans, now))
    }
}

impl Default for LoginBudget {
    fn default() -> Self {
        Self {
            logins: 20,
            scans: 4,
        }
    }
}

/// When fewer than `limit` of these moments lie within the span; `None`: now.
fn free_again(
    moments: impl Iterator<Item = Timestamp>,
    limit: u32,
    now: Timestamp,
) -> Option<Timestamp> {
    let counts = |at: &Timestamp| *at > now - LoginBudget::SPAN && !lies_ahead(*at, now);
    let mut counted: Vec<_> = moments.filter(counts).collect();
    counted.sort_unstable();
    let surplus = counted.len().checked_sub(limit as usize)?;
    // With a limit that was higher once, more than one has to go first.
    let goes = counted.get(surplus).copied().unwrap_or(now);
    Some(goes + LoginBudget::SPAN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BUDGET: LoginBudget = LoginBudget {
        logins: 3,
        scans: 2,
    };

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + minutes * 60, 0).unwrap()
    }

    fn begun(minutes: i64) -> LoginAttempt {
        LoginAttempt {
            is_own: true,
            begun_at: at(minutes),
            scanned_at: None,
        }
    }

    fn scanned(minutes: i64) -> LoginAttempt {
        LoginAttempt {
            scanned_at: Some(at(minutes)),
            ..begun(minutes)
        }
    }

    #[test]
    fn logins_count_whether_they_were_scanned_or_not() {
        let two = [begun(0), begun(10)];
        assert_eq!(BUDGET.spent_until(&two, at(20)), None);
        let three = [begun(0), begun(10), scanned(20)];
        let free = Some(at(24 * 60));
        assert_eq!(BUDGET.spent_until(&three, at(20)), free);
        assert_eq!(BUDGET.spent_until(&three, at(24 * 60)), None);
    }

    #[test]
    fn scans_of_an_account_count_whoever_showed_the_code() {
        let other = LoginAttempt {
            is_own: false,
            ..scanned(10)
        };
        let free = Some(at(24 * 60));
        assert_eq!(BUDGET.spent_until(&[scanned(0), other], at(20)), free);
        assert_eq!(BUDGET.spent_until(&[begun(0), begun(5)], at(20)), None);
    }

    #[test]
    fn a_limit_that_was_lowered_counts_at_once() {
        let five: Vec<_> = (0..5).map(begun).collect();
        let free = Some(at(24 * 60 + 2));
        assert_eq!(BUDGET.spent_until(&five, at(60)), free);
    }

    #[test]
    fn what_a_clock_counted_that_was_ahead_does_not_count() {
        let ahead: Vec<_> = (0..5).map(|it| begun(100_000 + it)).collect();
        assert_eq!(BUDGET.spent_until(&ahead, at(0)), None);
    }

    proptest! {
        #[test]
        fn whoever_waits_for_as_long_as_they_are_told_may_begin(
            moments in proptest::collection::vec((0_i64..3_000, any::<bool>()), 0..30),
            now in 0_i64..3_000,
        ) {
            let attempts: Vec<_> = moments
                .iter()
                .map(|(minute, is_scanned)| if *is_scanned { scanned(*minute) } else { begun(*minute) })
                .filter(|attempt| attempt.begun_at <= at(now))
                .collect();
            if let Some(until) = BUDGET.spent_until(&attempts, at(now)) {
                prop_assert!(until > at(now) && until <= at(now) + LoginBudget::SPAN);
                prop_assert_eq!(BUDGET.spent_until(&attempts, until), None);
                let before = until - TimeDelta::minutes(1);
                if before > at(now) {
                    prop_assert!(BUDGET.spent_until(&attempts, before).is_some());
                }
            }
        }
    }
}
