//! Who used their Mini App when: a login that begins right after that is most
//! likely theirs. The data centres do not know whose it will be until it is
//! accepted, and an app does not tell them.

use std::collections::HashMap;
use std::time::Duration;

use super::guarded::Guarded;

/// How long after the person did something a login can have come of it.
const LIKELY: Duration = Duration::from_secs(10);

/// When each person used a Mini App last.
#[derive(Debug, Default)]
pub(crate) struct AppUses(Guarded<HashMap<i64, Duration>>);

impl AppUses {
    /// The person did something in a Mini App, at this time since 1970.
    pub(crate) fn note(&self, person: i64, now: Duration) {
        self.0.write().insert(person, now);
    }

    /// Who did so last, if that was a moment ago.
    pub(crate) fn latest(&self, now: Duration) -> Option<i64> {
        let uses = self.0.read();
        let recent = uses
            .iter()
            .filter(|(_, at)| now.saturating_sub(**at) < LIKELY);
        recent.max_by_key(|(_, at)| **at).map(|(person, _)| *person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_counts_and_only_for_a_moment() {
        let uses = AppUses::default();
        let at = Duration::from_secs;
        assert_eq!(uses.latest(at(0)), None);
        uses.note(1, at(100));
        uses.note(2, at(103));
        assert_eq!(uses.latest(at(104)), Some(2));
        uses.note(1, at(105));
        assert_eq!(uses.latest(at(106)), Some(1));
        assert_eq!(uses.latest(at(115)), None);
    }
}
