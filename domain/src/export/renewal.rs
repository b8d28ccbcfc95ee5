//! Copies that are kept up to date by themselves.

use std::str::FromStr;

use chrono::TimeDelta;

use crate::ids::JobId;
use crate::time::Timestamp;

/// After so many runs in a row that failed it stops.
const MOST_FAILURES: u32 = 3;
/// How long a copy is there at least behind the next run.
const BEHIND_THE_NEXT: TimeDelta = TimeDelta::days(1);
/// That part of the time between two runs may the first one come earlier, so that what
/// was asked for at the same time is not done at the same time.
const SPREAD: i64 = 8;
/// What no one but a person can do something about: it stops at once.
const NEEDS_A_PERSON: [&str; 6] = [
    "session_ended",
    "account_gone",
    "chat_forbidden",
    "chat_unknown",
    "export_damaged",
    "export_differs",
];

/// How often a copy is brought up to date by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewEvery {
    /// Once a day.
    Day,
    /// Once a week.
    Week,
}

/// A name that is none of how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a copy is brought up to date daily or weekly")]
pub struct UnknownEvery;

impl RenewEvery {
    /// Both, the shorter one first.
    pub const ALL: [Self; 2] = [Self::Day, Self::Week];

    /// Its name, in rows and in the API; never changed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "daily",
            Self::Week => "weekly",
        }
    }

    /// How long from one run to the next.
    pub const fn period(self) -> TimeDelta {
        match self {
            Self::Day => TimeDelta::days(1),
            Self::Week => TimeDelta::days(7),
        }
    }

    /// When the first run is due of what is asked for now: a period from now, or up to
    /// an eighth of it earlier, by a number that is different for each.
    pub fn first(self, chance: u64, now: Timestamp) -> Timestamp {
        let spread = self.period().num_seconds() / SPREAD;
        let earlier = chance % spread.unsigned_abs().max(1);
        now + self.period() - TimeDelta::seconds(i64::try_from(earlier).unwrap_or_default())
    }

    /// When the next run is due after one that was: at the same time of the day. What
    /// was missed is made up for by one run.
    pub fn next(self, due: Timestamp, now: Timestamp) -> Timestamp {
        let period = self.period().num_seconds();
        let late = (now - due).num_seconds().max(0);
        let next = due + TimeDelta::seconds((late / period + 1).saturating_mul(period));
        // One that a clock dated ahead.
        next.min(now + self.period())
    }
}

impl FromStr for RenewEvery {
    type Err = UnknownEvery;

    fn from_str(name: &str) -> Result<Self, UnknownEvery> {
        let found = Self::ALL.into_iter().find(|every| every.as_str() == name);
        found.ok_or(UnknownEvery)
    }
}

/// That a copy is kept up to date, and how that went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// How often.
    pub every: RenewEvery,
    /// When the next run is due; `None`: it stopped, and a person has to see to it.
    pub next_at: Option<Timestamp>,
    /// The job of the run that is under way, until it was looked how that ended.
    pub job: Option<JobId>,
    /// The last run that ended.
    pub last: Option<LastRenewal>,
    /// How many runs in a row failed.
    pub failures: u32,
}

/// A run that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRenewal {
    /// When it was looked how it ended.
    pub at: Timestamp,
    /// By which code it failed, or `cancelled`; `None`: it did not.
    pub failure: Option<String>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenewalOutcome {
    /// The copy is up to date.
    Done,
    /// Someone cancelled it: no failure, and the next one comes.
    Cancelled,
    /// It failed with this code.
    Failed(String),
}

/// What becomes of the renewal after a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenewalEnd {
    /// The run.
    pub last: LastRenewal,
    /// How many runs in a row failed by now.
    pub failures: u32,
    /// Whether there is no next one.
    pub stops: bool,
}

impl Renewal {
    /// What was asked for.
    pub fn new(every: RenewEvery, next_at: Timestamp) -> Self {
        Self {
            every,
            next_at: Some(next_at),
            job: None,
            last: None,
            failures: 0,
        }
    }

    /// Whether it stopped by itself.
    pub fn has_stopped(&self) -> bool {
        self.next_at.is_none()
    }

    /// After a run that ended like this.
    pub fn after(&self, outcome: RenewalOutcome, at: Timestamp) -> RenewalEnd {
        let (failure, failures, stops) = match outcome {
            RenewalOutcome::Done => (None, 0, false),
            RenewalOutcome::Cancelled => (Some("cancelled".to_owned()), self.failures, false),
            RenewalOutcome::Failed(code) => {
                let failures = self.failures.saturating_add(1);
                let stops = failures >= MOST_FAILURES || NEEDS_A_PERSON.contains(&code.as_str());
                (Some(code), failures, stops)
            }
        };
        RenewalEnd {
            last: LastRenewal { at, failure },
            failures,
            stops,
        }
    }
}

/// Until when a copy is kept whose next run is due then: it is there for that.
pub fn kept_for_the_next(until: Timestamp, next_at: Option<Timestamp>) -> Timestamp {
    next_at.map_or(until, |next| until.max(next + BEHIND_THE_NEXT))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn every() -> impl Strategy<Value = RenewEvery> {
        prop::sample::select(RenewEvery::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn the_first_run_is_spread_over_an_eighth_of_the_time(every in every(), chance in any::<u64>()) {
            let first = every.first(chance, at(0)) - at(0);
            prop_assert!(first <= every.period() && first > every.period() * 7 / 8);
        }

        #[test]
        fn what_was_missed_is_made_up_for_once_at_the_same_time_of_the_day(every in every(), late in 0_i64..9_000_000) {
            let next = every.next(at(0), at(late));
            prop_assert!(next > at(late) && next - at(late) <= every.period());
            prop_assert_eq!((next - at(0)).num_seconds() % every.period().num_seconds(), 0);
        }
    }

    #[test]
    fn what_a_clock_dated_ahead_is_not_waited_for() {
        let next = RenewEvery::Day.next(at(9_000_000), at(0));
        assert_eq!(next, at(0) + TimeDelta::days(1));
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for every in RenewEvery::ALL {
            assert_eq!(every.as_str().parse(), Ok(every));
        }
        assert_eq!("hourly".parse::<RenewEvery>(), Err(UnknownEvery));
    }

    #[test]
    fn it_stops_after_three_failures_in_a_row_or_where_a_person_is_needed() {
        let mut renewal = Renewal::new(RenewEvery::Day, at(9));
        let failed = |code: &str| RenewalOutcome::Failed(code.to_owned());
        for (outcome, failures, stops) in [
            (failed("storage_full"), 1, false),
            (RenewalOutcome::Cancelled, 1, false),
            (failed("unavailable"), 2, false),
            (RenewalOutcome::Done, 0, false),
            (failed("quota_exceeded"), 1, false),
            (failed("quota_exceeded"), 2, false),
            (failed("quota_exceeded"), 3, true),
        ] {
            let end = renewal.after(outcome.clone(), at(1));
            assert_eq!((end.failures, end.stops), (failures, stops), "{outcome:?}");
            renewal.failures = end.failures;
        }
        for code in NEEDS_A_PERSON {
            let end = Renewal::new(RenewEvery::Week, at(9)).after(failed(code), at(1));
            assert!(end.stops, "{code}");
        }
    }

    #[test]
    fn a_copy_is_there_for_its_next_run() {
        let until = at(5);
        assert_eq!(kept_for_the_next(until, None), until);
        let next = at(10);
        let kept = kept_for_the_next(until, Some(next));
        assert_eq!(kept, next + TimeDelta::days(1));
        assert_eq!(
            kept_for_the_next(kept + TimeDelta::days(9), Some(next)),
            kept + TimeDelta::days(9)
        );
    }
}
