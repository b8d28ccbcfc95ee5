//! When linked accounts are looked at: each often enough, and not all at once.
//!
//! Time is cut into windows. In each of them some accounts are looked at, those
//! first that were not for the longest, spread over it. As many are taken as keep
//! all of them within their time, whether they are due in this window or a little
//! later: that is what spreads accounts apart that were linked together, or that
//! no one looked at while no node ran. Nothing but the moment of the last look has
//! to be remembered for it.

use chrono::TimeDelta;

use crate::time::{Age, Timestamp};

/// How often linked accounts are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckPace {
    every: TimeDelta,
}

impl CheckPace {
    /// Each account at least that often.
    pub fn every(every: TimeDelta) -> Self {
        Self {
            every: every.max(TimeDelta::seconds(1)),
        }
    }

    /// How long a window is.
    pub fn window(self) -> TimeDelta {
        self.every / 5
    }

    /// Over how long the looks of a window are spread: less than the window, so
    /// that the next one finds them done.
    pub fn spread(self) -> TimeDelta {
        self.window() * 4 / 5
    }

    /// How long a round through all accounts takes. A window begins a little
    /// late, and what is due just after its begin waits for the next.
    fn round(self) -> TimeDelta {
        self.every * 7 / 10
    }

    /// How many of so many accounts are looked at in a window that begins now,
    /// given the last looks at those that were not looked at for the longest, the
    /// oldest first.
    pub fn share(self, all: u64, oldest: &[Timestamp], now: Timestamp) -> usize {
        let (least, most) = self.bounds(all);
        let due_at = self.round() - self.window();
        let due = oldest
            .iter()
            .take_while(|checked| Age::of(**checked, now).is_over(due_at))
            .count();
        due.clamp(least, most).min(oldest.len())
    }

    /// How many are looked at in a window at most.
    pub fn most(self, all: u64) -> usize {
        self.bounds(all).1
    }

    /// How many of so many accounts are looked at in a window, at least and at
    /// most: their even share, and a tenth more for windows that begin late.
    fn bounds(self, all: u64) -> (usize, usize) {
        let window = self.window().num_milliseconds().unsigned_abs();
        let round = self.round().num_milliseconds().unsigned_abs().max(1);
        let even = all.saturating_mul(window);
        let least = even / round;
        let most = (even.saturating_add(even / 10)).div_ceil(round);
        let size = |count| usize::try_from(count).unwrap_or(usize::MAX);
        (size(least), size(most))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_timestamp_millis(1_800_000_000_000 + millis).unwrap()
    }

    const QUARTER: TimeDelta = TimeDelta::minutes(15);

    /// Runs so many windows, each begun a little late; gives how many were looked
    /// at in each, and the longest that an account went without a look, from the
    /// second round on.
    fn run(mut checked: Vec<Timestamp>, late: &[i64]) -> (Vec<usize>, TimeDelta) {
        let pace = CheckPace::every(QUARTER);
        let (mut now, mut counts, mut longest) = (at(0), Vec::new(), TimeDelta::zero());
        let all = checked.len() as u64;
        for (window, late) in late.iter().enumerate() {
            checked.sort_unstable();
            let count = pace.share(all, &checked, now);
            counts.push(count);
            for (nth, last) in checked.iter_mut().take(count).enumerate() {
                let gap = pace.spread() / i32::try_from(count).unwrap();
                let look = now + gap * i32::try_from(nth).unwrap();
                if window >= 5 {
                    longest = longest.max(look - *last);
                }
                *last = look;
            }
            now += pace.window() + TimeDelta::seconds(*late);
        }
        let waits = checked.iter().map(|last| now - *last).max();
        (counts, longest.max(waits.unwrap_or_default()))
    }

    #[test]
    fn a_single_account_is_looked_at_when_it_is_due() {
        let (counts, longest) = run(vec![at(0)], &[0; 100]);
        assert!(counts.iter().sum::<usize>() < 40, "{counts:?}");
        assert!(longest <= QUARTER, "{longest}");
    }

    #[test]
    fn after_a_long_stop_everyone_is_looked_at_within_the_time_and_not_at_once() {
        let (counts, longest) = run(vec![at(-1_000_000_000); 1_000], &[0; 40]);
        let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
        assert!(*least >= 285 && *most <= 315, "{counts:?}");
        assert!(longest <= QUARTER, "{longest}");
    }

    #[test]
    fn what_a_clock_that_was_ahead_wrote_is_due() {
        let pace = CheckPace::every(QUARTER);
        assert_eq!(pace.share(1, &[at(86_400_000)], at(0)), 1);
    }

    proptest! {
        #[test]
        fn each_is_looked_at_in_time_and_no_window_is_crowded(
            ages in proptest::collection::vec(0_i64..3_600_000, 1..400),
            late in proptest::collection::vec(0_i64..15, 40),
        ) {
            let most = CheckPace::every(QUARTER).most(ages.len() as u64);
            let checked = ages.into_iter().map(|age| at(-age)).collect();
            let (counts, longest) = run(checked, &late);
            prop_assert!(longest <= QUARTER, "{}", longest);
            prop_assert!(counts.iter().all(|count| *count <= most));
        }
    }
}
