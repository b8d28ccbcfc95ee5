//! When accounts were last looked at, whatever came of it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use sesame_domain::ids::SessionId;
use sesame_domain::time::Timestamp;

/// For how long a look is remembered.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);

/// When accounts were last looked at on this node. Of a look that told nothing
/// the database knows nothing; without this, it would be the first to be tried
/// again, before all others.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<HashMap<SessionId, Timestamp>>);

impl Tries {
    /// It is looked at now, unless it was within this time: then `false`. What
    /// lies ahead was noted by a clock that was wrong.
    pub(crate) fn begin(&self, id: SessionId, not_within: TimeDelta, now: Timestamp) -> bool {
        let mut all = self.all();
        if all
            .get(&id)
            .is_some_and(|last| is_within(*last, not_within, now))
        {
            return false;
        }
        all.insert(id, now);
        true
    }

    /// Forgets what is of no use any more; how many were looked at within this
    /// time.
    pub(crate) fn tidy(&self, within: TimeDelta, now: Timestamp) -> usize {
        let mut all = self.all();
        all.retain(|_, last| is_within(*last, REMEMBERED.max(within), now));
        all.values()
            .filter(|last| is_within(**last, within, now))
            .count()
    }

    /// Whether it was looked at within this time.
    pub(crate) fn was_tried(&self, id: SessionId, within: TimeDelta, now: Timestamp) -> bool {
        let last = self.all().get(&id).copied();
        last.is_some_and(|last| is_within(last, within, now))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<SessionId, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_within(last: Timestamp, span: TimeDelta, now: Timestamp) -> bool {
    last <= now && now - last < span
}

#[cfg(test)]
mod tests {
    use sesame_domain::random::SystemEntropy;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn what_was_just_looked_at_is_left_alone_for_a_while() {
        let id = SessionId::generate(&SystemEntropy, at(0));
        let (tries, span) = (Tries::default(), TimeDelta::seconds(30));
        let begun = [0, 1, 29, 30, 31].map(|seconds| tries.begin(id, span, at(seconds)));
        assert_eq!(begun, [true, false, false, true, false]);
        // The clock was ahead.
        assert!(tries.begin(id, span, at(-100)));
        assert!(tries.was_tried(id, span, at(-99)));
        assert_eq!(tries.tidy(span, at(-99)), 1);
        assert_eq!(tries.tidy(span, at(86_400)), 0);
    }
}
