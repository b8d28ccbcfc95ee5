//! How long to wait before something that failed is tried again.
//!
//! Pure: who waits counts the failures, and passes chance in. What decides
//! whether something is tried again at all (a bound on attempts, on the time
//! spent, on what the failure was) is the caller's.

use std::iter;
use std::time::Duration;

use crate::random::Entropy;

/// So many doublings lead from a nanosecond to the longest [`Duration`].
const DOUBLINGS: u32 = 96;

/// Waits that double from failure to failure, up to a longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
}

impl Backoff {
    /// Waits that begin with `base` and never exceed `cap`.
    pub const fn new(base: Duration, cap: Duration) -> Self {
        Self { base, cap }
    }

    /// The wait after a failure that so many others came before, in a row:
    /// `base` for none, twice that for one, and so on up to `cap`.
    #[must_use]
    pub fn wait(self, failures: u32) -> Duration {
        let nth = usize::try_from(failures.min(DOUBLINGS)).unwrap_or(usize::MAX);
        self.waits().nth(nth).unwrap_or(self.cap)
    }

    /// The sum of the waits after so many failures in a row: for how long
    /// something was tried, times at which no one tried it left out.
    #[must_use]
    pub fn waited(self, failures: u32) -> Duration {
        let doubling = failures.min(DOUBLINGS);
        let rising = (0..doubling).map(|earlier| self.wait(earlier));
        let risen = rising.fold(Duration::ZERO, Duration::saturating_add);
        let steady = self.wait(DOUBLINGS).saturating_mul(failures - doubling);
        risen.saturating_add(steady)
    }

    fn waits(self) -> impl Iterator<Item = Duration> {
        let longest = move |wait: Duration| Some(wait.min(self.cap));
        iter::successors(longest(self.base), move |wait| {
            longest(wait.saturating_mul(2))
        })
    }
}

/// By how much a wait is made longer by chance, so that what failed together
/// does not come back together. It never makes one shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jitter {
    least: u8,
    most: u8,
}

impl Jitter {
    /// Between so many hundredths of the wait.
    pub const fn percent(least: u8, most: u8) -> Self {
        Self { least, most }
    }

    /// The wait, made longer.
    #[must_use]
    pub fn lengthen(self, wait: Duration, entropy: &dyn Entropy) -> Duration {
        const ALL: u32 = u8::MAX as u32;
        let mut byte = [0];
        entropy.fill(&mut byte);
        let chance = u32::from(self.most.saturating_sub(self.least)) * u32::from(byte[0]);
        let share = u32::from(self.least) * ALL + chance;
        wait.saturating_add(wait.saturating_mul(share) / (100 * ALL))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Same(u8);

    impl Entropy for Same {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    fn durations() -> impl Strategy<Value = Duration> {
        let usual = (1_u64..86_400_000).prop_map(Duration::from_millis);
        let any = (any::<u64>(), 0_u32..1_000_000_000)
            .prop_map(|(seconds, nanos)| Duration::new(seconds, nanos));
        prop_oneof![3 => usual, 1 => any, 1 => Just(Duration::ZERO)]
    }

    fn backoffs() -> impl Strategy<Value = Backoff> {
        (durations(), durations()).prop_map(|(base, cap)| Backoff::new(base, cap))
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5));
        let waits: Vec<_> = (0..5)
            .map(|failures| backoff.wait(failures).as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 5, 5]);
        assert_eq!(backoff.waited(5), Duration::from_secs(17));
    }

    #[test]
    fn the_shortest_wait_becomes_the_longest_one() {
        let backoff = Backoff::new(Duration::from_nanos(1), Duration::MAX);
        assert_eq!(backoff.wait(u32::MAX), Duration::MAX);
        assert_eq!(backoff.waited(u32::MAX), Duration::MAX);
    }

    #[test]
    fn chance_lengthens_a_wait_within_its_bounds() {
        let (jitter, wait) = (Jitter::percent(10, 30), Duration::from_secs(10));
        assert_eq!(jitter.lengthen(wait, &Same(0)), Duration::from_secs(11));
        assert_eq!(jitter.lengthen(wait, &Same(255)), Duration::from_secs(13));
    }

    proptest! {
        #[test]
        fn a_wait_is_never_shorter_than_the_one_before(
            backoff in backoffs(),
            failures in any::<u32>(),
        ) {
            prop_assert!(backoff.wait(failures) <= backoff.wait(failures.saturating_add(1)));
        }

        #[test]
        fn a_wait_keeps_within_its_bounds(backoff in backoffs(), failures in any::<u32>()) {
            let wait = backoff.wait(failures);
            prop_assert!(wait <= backoff.cap);
            prop_assert!(wait >= backoff.base.min(backoff.cap));
        }

        #[test]
        fn each_wait_doubles_the_one_before_until_the_longest(
            backoff in backoffs(),
            failures in 0_u32..200,
        ) {
            let doubled = backoff.wait(failures).saturating_mul(2);
            prop_assert_eq!(backoff.wait(failures + 1), doubled.min(backoff.cap));
        }

        #[test]
        fn what_was_waited_is_the_sum_of_the_waits(
            backoff in backoffs(),
            failures in 0_u32..300,
        ) {
            let waits = (0..failures).map(|earlier| backoff.wait(earlier));
            let sum = waits.fold(Duration::ZERO, Duration::saturating_add);
            prop_assert_eq!(backoff.waited(failures), sum);
        }

        #[test]
        fn chance_never_shortens_a_wait(
            wait in durations(),
            least in 0_u8..=100,
            more in 0_u8..=100,
            byte in any::<u8>(),
        ) {
            let longer = Jitter::percent(least, least + more).lengthen(wait, &Same(byte));
            prop_assert!(longer >= wait);
            prop_assert!(longer <= wait.saturating_mul(3));
        }
    }
}
