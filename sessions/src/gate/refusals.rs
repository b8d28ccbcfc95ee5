//! Keys that data centres said they do not know (-404).
//!
//! Once is no proof: the answer is not encrypted, so anyone on the way can
//! give it, and a data centre can be wrong for a moment. What is lost with a
//! key is lost for good, so it is believed only when nothing else was heard
//! for a while, over connections of their own: each such answer ends its
//! connection.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use sesame_domain::time::Timestamp;

use crate::session::Fingerprint;

/// How often in a row a key must have been refused, and over how long.
const TIMES: u32 = 3;
const OVER: TimeDelta = TimeDelta::minutes(1);
/// How long a refusal is remembered that was followed by nothing.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// How a key was refused since it last worked.
#[derive(Clone, Copy, Debug)]
struct Refused {
    times: u32,
    first: Timestamp,
    last: Timestamp,
}

/// The keys that were refused since they last worked.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<HashMap<Fingerprint, Refused>>);

impl Refusals {
    /// A key was refused; whether it is gone, as far as anyone can tell.
    pub(super) fn refused(&self, key: Fingerprint, now: Timestamp) -> bool {
        let mut all = self.all();
        // Also what lies in the future: the clock was wrong then.
        all.retain(|_, one| one.last <= now && now - one.last < REMEMBERED);
        let refused = all.entry(key).or_insert(Refused {
            times: 0,
            first: now,
            last: now,
        });
        refused.times = refused.times.saturating_add(1);
        refused.last = now;
        refused.times >= TIMES && now - refused.first >= OVER
    }

    /// A key worked: `key` says which, and is only asked if that matters.
    pub(super) fn worked(&self, key: impl FnOnce() -> Option<Fingerprint>) {
        let mut all = self.all();
        if all.is_empty() {
            return;
        }
        if let Some(key) = key() {
            all.remove(&key);
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Fingerprint, Refused>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Fingerprint = [1; 32];
    const OTHER: Fingerprint = [2; 32];

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_key_is_gone_when_nothing_else_was_heard_for_a_minute() {
        let refusals = Refusals::default();
        for seconds in [0, 1, 2, 59] {
            assert!(!refusals.refused(KEY, at(seconds)), "{seconds}");
        }
        assert!(!refusals.refused(OTHER, at(60)));
        assert!(refusals.refused(KEY, at(60)));
        assert!(refusals.refused(KEY, at(61)));
    }

    #[test]
    fn two_refusals_are_too_few_however_far_apart() {
        let refusals = Refusals::default();
        assert!(!refusals.refused(KEY, at(0)));
        assert!(!refusals.refused(KEY, at(3_600)));
        assert!(refusals.refused(KEY, at(7_200)));
    }

    #[test]
    fn whatever_works_takes_the_doubt_away() {
        let refusals = Refusals::default();
        refusals.refused(KEY, at(0));
        refusals.refused(KEY, at(50));
        refusals.worked(|| Some(OTHER));
        refusals.worked(|| Some(KEY));
        assert!(!refusals.refused(KEY, at(100)));
        assert!(!refusals.refused(KEY, at(110)));
    }

    #[test]
    fn a_refusal_from_a_clock_that_was_ahead_does_not_count() {
        let refusals = Refusals::default();
        refusals.refused(KEY, at(86_400 * 365));
        refusals.refused(KEY, at(86_400 * 365));
        assert!(!refusals.refused(KEY, at(0)));
        assert!(!refusals.refused(KEY, at(30)));
    }
}
