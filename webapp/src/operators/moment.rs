//! Moments, as the pages show them.

use chrono::TimeDelta;
use sesame_domain::time::{Age, Timestamp};

/// A moment, seen from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    at: Timestamp,
    now: Timestamp,
}

impl Moment {
    /// This moment, seen from then.
    pub(super) fn of(at: Timestamp, now: Timestamp) -> Self {
        Self { at, now }
    }

    /// For machines.
    pub(super) fn iso(&self) -> String {
        self.at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// All of it: "2026-11-28 14:32:10 UTC".
    pub(super) fn exact(&self) -> String {
        self.at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
    }

    /// The time of the day: "14:32:10 UTC".
    pub(super) fn clock(&self) -> String {
        self.at.format("%H:%M:%S UTC").to_string()
    }

    /// The hour of the day: "14:30".
    pub(super) fn hour(&self) -> String {
        self.at.format("%H:%M").to_string()
    }

    /// How long ago: "8 s ago", "3 h 5 min ago".
    pub(super) fn ago(&self) -> String {
        match Age::of(self.at, self.now) {
            Age::Past(span) if span < TimeDelta::minutes(1) => {
                format!("{} s ago", span.num_seconds())
            }
            age => age.ago(),
        }
    }

    /// How long until then: "1:41 more".
    pub(super) fn left(&self) -> String {
        let seconds = (self.at - self.now).num_seconds().max(0);
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_moment_is_told_in_words_and_exactly() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let moment = |seconds| Moment::of(now + TimeDelta::seconds(seconds), now);
        assert_eq!(moment(-8).ago(), "8 s ago");
        assert_eq!(moment(-3_900).ago(), "1 h 5 min ago");
        assert_eq!(moment(101).left(), "1:41");
        assert_eq!(moment(-5).left(), "0:00");
        assert_eq!(moment(0).iso(), "2027-01-15T08:00:00Z");
        assert_eq!(moment(0).exact(), "2027-01-15 08:00:00 UTC");
        assert_eq!(moment(0).clock(), "08:00:00 UTC");
        assert_eq!(moment(0).hour(), "08:00");
    }
}
