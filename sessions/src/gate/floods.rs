//! Sleeping through floods.

use std::time::Duration;

use sesame_domain::backoff::Jitter;
use sesame_domain::random::Entropy;

/// The shortest flood that is slept through: a wait of nothing would be asked
/// for without end.
const SHORTEST: Duration = Duration::from_secs(1);
/// Never earlier than Telegram said, and not all at the same moment.
const JITTER: Jitter = Jitter::percent(10, 30);

/// The floods that a call sleeps through.
#[derive(Debug)]
pub(super) struct Floods {
    /// The longest sum of floods to sleep through.
    patience: Duration,
    slept: Duration,
}

impl Floods {
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            patience,
            slept: Duration::ZERO,
        }
    }

    /// How long to pause in a flood; `None`: it lasts too long.
    pub(super) fn pause(&mut self, wait: Duration, entropy: &dyn Entropy) -> Option<Duration> {
        let wait = wait.max(SHORTEST);
        let slept = self.slept + wait;
        if slept > self.patience {
            return None;
        }
        self.slept = slept;
        Some(JITTER.lengthen(wait, entropy))
    }
}

#[cfg(test)]
mod tests {
    use sesame_test_doubles::FixedEntropy;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn pause(floods: &mut Floods, seconds: u64, byte: u8) -> Option<Duration> {
        floods.pause(Duration::from_secs(seconds), &FixedEntropy(byte))
    }

    #[test]
    fn a_flood_is_slept_through_ten_to_thirty_percent_longer() {
        for (byte, millis) in [(0, 11_000), (255, 13_000)] {
            let pause = pause(&mut Floods::new(MINUTE), 10, byte);
            assert_eq!(pause, Some(Duration::from_millis(millis)));
        }
    }

    #[test]
    fn floods_of_more_than_the_patience_are_not_slept_through() {
        let mut floods = Floods::new(MINUTE);
        assert_eq!(pause(&mut floods, 61, 0), None);
        assert!(pause(&mut floods, 40, 0).is_some());
        assert_eq!(pause(&mut floods, 40, 0), None);
    }

    #[test]
    fn floods_of_no_length_use_up_the_patience_too() {
        let mut floods = Floods::new(MINUTE);
        let slept = (0..100).map_while(|_| pause(&mut floods, 0, 0)).count();
        assert_eq!(slept, 60);
    }
}
