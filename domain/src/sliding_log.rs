//! What was counted lately, exactly: the moment of each.
//!
//! Pure: the time is passed in. Redis does the same in a script; a test runs
//! both side by side.

use std::collections::VecDeque;

use crate::ports::{Counted, Rate};
use crate::time::Timestamp;

/// The moments of what was counted, in milliseconds since 1970, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlidingLog(VecDeque<i64>);

impl SlidingLog {
    /// How long the rate has one more wait; `0`: not at all. In milliseconds.
    pub fn wait(&mut self, rate: Rate, now: Timestamp) -> u64 {
        let (now, window) = (now.timestamp_millis(), window(rate));
        // What lies ahead was counted by a clock that was wrong.
        while self.0.back().is_some_and(|at| *at > now) {
            self.0.pop_back();
        }
        while self.0.front().is_some_and(|at| *at <= now - window) {
            self.0.pop_front();
        }
        let (count, limit) = (self.0.len(), rate.limit as usize);
        if count < limit {
            return 0;
        }
        // With a limit that was higher once, more than one has to go first.
        let goes = self.0.get(count - limit).copied().unwrap_or(now);
        millis(goes + window - now)
    }

    /// Counts one.
    pub fn count(&mut self, now: Timestamp) {
        self.0.push_back(now.timestamp_millis());
    }

    /// How much counts now, after [`SlidingLog::wait`] was asked.
    pub fn counted(&self, rate: Rate, wait: u64, now: Timestamp) -> Counted {
        let oldest = self.0.front().copied();
        let reset = oldest.map_or(0, |at| millis(at + window(rate) - now.timestamp_millis()));
        let count = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        Counted { count, reset, wait }
    }

    /// How many moments it holds.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When it counted last, in milliseconds since 1970.
    pub fn last(&self) -> Option<i64> {
        self.0.back().copied()
    }
}

/// The length of a rate's window, in milliseconds.
pub fn window(rate: Rate) -> i64 {
    // Windows are of days at most; whatever is longer is as good as endless.
    const LONGEST: i64 = 1_000 * 60 * 60 * 24 * 366;
    let millis = i64::try_from(rate.window.as_millis()).unwrap_or(LONGEST);
    millis.clamp(1, LONGEST)
}

fn millis(span: i64) -> u64 {
    u64::try_from(span).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        DateTime::from_timestamp_millis(1_800_000_000_000 + millis).unwrap()
    }

    /// How long one waits that asks then; one that need not is counted.
    fn ask(log: &mut SlidingLog, rate: Rate, millis: i64) -> u64 {
        let wait = log.wait(rate, at(millis));
        if wait == 0 {
            log.count(at(millis));
        }
        wait
    }

    #[test]
    fn one_more_is_free_when_the_oldest_is_past() {
        let rate = Rate::new(2, Duration::from_secs(1));
        let mut log = SlidingLog::default();
        assert_eq!(ask(&mut log, rate, 0), 0);
        assert_eq!(ask(&mut log, rate, 400), 0);
        assert_eq!(ask(&mut log, rate, 999), 1);
        assert_eq!(ask(&mut log, rate, 1_000), 0);
        assert_eq!(ask(&mut log, rate, 1_001), 399);
        assert_eq!(log.len(), 2);
    }

    #[test]
    fn a_limit_that_is_lowered_counts_at_once() {
        let second = Duration::from_secs(1);
        let mut log = SlidingLog::default();
        for millis in [0, 100, 200] {
            assert_eq!(ask(&mut log, Rate::new(3, second), millis), 0);
        }
        assert_eq!(log.wait(Rate::new(1, second), at(300)), 900);
    }

    #[test]
    fn nothing_is_never_allowed_and_waits_a_whole_window() {
        let mut log = SlidingLog::default();
        assert_eq!(log.wait(Rate::new(0, Duration::from_secs(5)), at(0)), 5_000);
    }

    #[test]
    fn what_a_clock_counted_that_was_ahead_does_not_count() {
        let rate = Rate::new(1, Duration::from_secs(1));
        let mut log = SlidingLog::default();
        assert_eq!(ask(&mut log, rate, 1_000_000), 0);
        assert_eq!(ask(&mut log, rate, 0), 0);
        assert_eq!(ask(&mut log, rate, 1), 999);
    }
}
