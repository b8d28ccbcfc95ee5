//! The breaker: a data centre that does not answer is not asked by everyone.
//!
//! Failures in a row, of whichever account, open it; then calls are refused
//! without being made, until it is time to try. One call tries; if it is answered,
//! the data centre is asked as before, if not, the next try comes later. What is
//! answered, with whichever error, is no failure; nor is a connection that was cut
//! after it had answered: when Telegram restarts a machine, thousands are.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::backoff::Backoff;
use sesame_domain::breaker::{BreakerState as State, Breaking};
use sesame_domain::ids::TenantId;
use sesame_domain::time::Timestamp;

use crate::metrics;

/// When it opens, and for how long.
const BREAKING: Breaking = Breaking {
    bound: 5,
    open: Backoff::new(Duration::from_secs(5), Duration::from_mins(1)),
    try_within: TimeDelta::seconds(30),
    after_a_try: TimeDelta::seconds(2),
};

/// A data centre that is left alone since it does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Which one.
    pub dc: i32,
    /// When it is tried again, at the latest.
    pub until: Timestamp,
}

/// The breakers of all data centres.
#[derive(Debug)]
pub(super) struct Breakers {
    /// For whose calls, in what is counted.
    tenant: TenantId,
    states: Mutex<HashMap<i32, State>>,
}

impl Breakers {
    /// All closed.
    pub(super) fn of(tenant: &TenantId) -> Self {
        Self {
            tenant: tenant.clone(),
            states: Mutex::default(),
        }
    }

    /// Whether a call to a data centre may be made now; what is answered is held
    /// until the call is over.
    ///
    /// # Errors
    /// When one may be made.
    pub(super) fn admit(&self, dc: i32, now: Timestamp) -> Result<Admitted<'_>, Timestamp> {
        let mut all = self.all();
        let Some(state) = all.get_mut(&dc) else {
            return Ok(Admitted { trying: None });
        };
        let (next, admitted) = state.admit(&BREAKING, now);
        *state = next;
        admitted?;
        let is_try = matches!(next, State::HalfOpen { .. });
        Ok(Admitted {
            trying: is_try.then_some((self, dc)),
        })
    }

    /// Those that are open, or of which a try was not answered yet.
    pub(super) fn open(&self, now: Timestamp) -> Vec<Outage> {
        let until = |state: &State| state.next_try(&BREAKING, now);
        let all = self.all();
        let mut open: Vec<_> = all
            .iter()
            .filter_map(|(dc, state)| until(state).map(|until| Outage { dc: *dc, until }))
            .collect();
        open.sort_by_key(|outage| outage.dc);
        open
    }

    /// A data centre answered.
    pub(super) fn answered(&self, dc: i32) {
        let before = self.all().remove(&dc);
        if matches!(before, Some(State::Open { .. } | State::HalfOpen { .. })) {
            metrics::breaker(&self.tenant, dc, false);
            tracing::info!(dc, "a data centre answers again");
        }
    }

    /// It did not answer.
    pub(super) fn failed(&self, dc: i32, now: Timestamp) {
        let mut all = self.all();
        let state = all.entry(dc).or_insert(State::NEW);
        let before = *state;
        *state = before.failed(&BREAKING, now);
        if let State::Open { until, .. } = *state
            && *state != before
        {
            metrics::breaker(&self.tenant, dc, true);
            tracing::warn!(dc, %until, "a data centre does not answer: it is left alone until then");
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<i32, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that may be made. If it is the one that tries and is dropped before it is
/// known what came of it (whoever made it was cancelled), another may.
#[derive(Debug)]
pub(super) struct Admitted<'a> {
    trying: Option<(&'a Breakers, i32)>,
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        if let Some((breakers, dc)) = self.trying
            && let Some(state) = breakers.all().get_mut(&dc)
        {
            *state = state.given_up();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    /// Whether a call may be made; what comes of it is told apart.
    fn breakers() -> Breakers {
        Breakers::of(&"main".parse().unwrap())
    }

    fn asked(breakers: &Breakers, dc: i32, now: Timestamp) -> Result<(), Timestamp> {
        breakers.admit(dc, now).map(std::mem::forget)
    }

    fn opened(breakers: &Breakers, now: Timestamp) {
        for _ in 0..BREAKING.bound {
            assert_eq!(asked(breakers, 2, now), Ok(()));
            breakers.failed(2, now);
        }
    }

    #[test]
    fn failures_in_a_row_open_it_and_one_call_tries() {
        let breakers = breakers();
        opened(&breakers, at(0));
        assert_eq!(asked(&breakers, 2, at(4)), Err(at(5)));
        // Another data centre is asked.
        assert_eq!(asked(&breakers, 3, at(4)), Ok(()));
        assert_eq!(asked(&breakers, 2, at(5)), Ok(()));
        assert!(asked(&breakers, 2, at(5)).is_err());
        breakers.answered(2);
        assert_eq!(asked(&breakers, 2, at(5)), Ok(()));
        assert_eq!(asked(&breakers, 2, at(5)), Ok(()));
    }

    #[test]
    fn a_try_that_fails_puts_the_next_one_off() {
        let breakers = breakers();
        opened(&breakers, at(0));
        let mut now = at(5);
        for wait in [10, 20, 40, 60, 60] {
            assert_eq!(asked(&breakers, 2, now), Ok(()));
            breakers.failed(2, now);
            let until = now + TimeDelta::seconds(wait);
            assert_eq!(asked(&breakers, 2, now), Err(until));
            now = until;
        }
    }

    #[test]
    fn those_that_are_left_alone_are_named() {
        let breakers = breakers();
        breakers.failed(4, at(0));
        assert_eq!(breakers.open(at(0)), []);
        opened(&breakers, at(0));
        let until = at(5);
        assert_eq!(breakers.open(at(1)), [Outage { dc: 2, until }]);
        // One tries: it is not known yet whether it answers.
        let trying = breakers.admit(2, at(5)).unwrap();
        let until = at(35);
        assert_eq!(breakers.open(at(6)), [Outage { dc: 2, until }]);
        breakers.answered(2);
        drop(trying);
        assert_eq!(breakers.open(at(6)), []);
    }

    #[test]
    fn an_answer_ends_the_row() {
        let breakers = breakers();
        for _ in 0..100 {
            for _ in 1..BREAKING.bound {
                breakers.failed(2, at(0));
            }
            breakers.answered(2);
        }
        assert_eq!(asked(&breakers, 2, at(0)), Ok(()));
    }

    #[test]
    fn a_try_that_was_given_up_is_followed_by_another() {
        let breakers = breakers();
        opened(&breakers, at(0));
        assert_eq!(asked(&breakers, 2, at(5)), Ok(()));
        assert_eq!(asked(&breakers, 2, at(34)), Err(at(35)));
        assert_eq!(asked(&breakers, 2, at(35)), Ok(()));
    }

    #[test]
    fn who_comes_during_a_try_comes_again_soon() {
        let breakers = breakers();
        opened(&breakers, at(0));
        assert_eq!(asked(&breakers, 2, at(5)), Ok(()));
        assert_eq!(asked(&breakers, 2, at(5)), Err(at(7)));
        breakers.answered(2);
        assert_eq!(asked(&breakers, 2, at(7)), Ok(()));
    }

    #[test]
    fn a_try_that_is_dropped_leaves_the_next_one_to_another() {
        let breakers = breakers();
        opened(&breakers, at(0));
        let trying = breakers.admit(2, at(5)).unwrap();
        assert!(breakers.admit(2, at(6)).is_err());
        drop(trying);
        let next = breakers.admit(2, at(6)).unwrap();
        breakers.failed(2, at(6));
        drop(next);
        // Its failure counts as that of any try.
        assert_eq!(asked(&breakers, 2, at(6)), Err(at(16)));
    }

    #[test]
    fn what_a_clock_that_was_ahead_opened_is_tried() {
        let breakers = breakers();
        opened(&breakers, at(86_400));
        assert_eq!(asked(&breakers, 2, at(0)), Ok(()));
    }

    proptest! {
        #[test]
        fn whatever_happens_it_is_tried_again_within_a_bound(
            events in proptest::collection::vec((0_u8..3, 0_i64..100), 1..200),
        ) {
            let breakers = breakers();
            let mut now = at(0);
            for (event, passes) in events {
                now += TimeDelta::seconds(passes);
                match event {
                    0 => breakers.answered(2),
                    1 => breakers.failed(2, now),
                    _ => {
                        if let Err(until) = asked(&breakers, 2, now) {
                            prop_assert!(until > now && until - now <= BREAKING.longest());
                        }
                    }
                }
            }
        }
    }
}
