//! Whether a failed call is made again, and after which pause.

use std::time::Duration;

use sesame_domain::random::Entropy;

use super::error::TelegramError;
use super::manner::Manner;

/// The shortest flood that is slept through.
const FLOOD_MIN: Duration = Duration::from_secs(1);
/// How often a dropped call is sent again.
const DROPS: u32 = 2;
/// The pause before it is.
const AFTER_DROP: Duration = Duration::from_millis(50);
/// How long the data centres may take to agree after a move, and how often
/// they are asked.
const SETTLING: Duration = Duration::from_secs(2);
const SETTLING_STEP: Duration = Duration::from_millis(250);

/// What a call has waited for so far.
#[derive(Debug)]
pub(super) struct Pauses {
    manner: Manner,
    flooded: Duration,
    settled: Duration,
    drops: u32,
    /// Whether the key was refused once; another connection may know it.
    refused: bool,
}

impl Pauses {
    pub(super) fn new(manner: Manner) -> Self {
        Self {
            manner,
            flooded: Duration::ZERO,
            settled: Duration::ZERO,
            drops: 0,
            refused: false,
        }
    }

    /// How long to pause before trying again; `None`: do not.
    pub(super) fn after(
        &mut self,
        error: &TelegramError,
        entropy: &dyn Entropy,
    ) -> Option<Duration> {
        match error {
            TelegramError::Flood { wait, .. } => {
                // A wait of nothing would be asked for without end.
                let wait = (*wait).max(FLOOD_MIN);
                let flooded = self.flooded + wait;
                (flooded <= self.manner.patience).then(|| {
                    self.flooded = flooded;
                    with_jitter(wait, entropy)
                })
            }
            TelegramError::Dropped if self.manner.repeatable && self.drops < DROPS => {
                self.drops += 1;
                Some(AFTER_DROP)
            }
            TelegramError::KeyRefused if self.manner.repeatable && !self.refused => {
                self.refused = true;
                Some(AFTER_DROP)
            }
            error if self.manner.settles && unsettled(error) && self.settled < SETTLING => {
                self.settled += SETTLING_STEP;
                Some(SETTLING_STEP)
            }
            _ => None,
        }
    }
}

/// Whether this is what data centres answer that do not agree yet.
fn unsettled(error: &TelegramError) -> bool {
    matches!(error, TelegramError::Unregistered) || error.is("AUTH_TOKEN_EXPIRED")
}

/// Never earlier than Telegram said, and not all at the same moment: 10 to
/// 30 % later.
fn with_jitter(wait: Duration, entropy: &dyn Entropy) -> Duration {
    let mut byte = [0];
    entropy.fill(&mut byte);
    let percent = 10 + u32::from(byte[0]) * 20 / 255;
    wait + wait * percent / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    fn flood(seconds: u64) -> TelegramError {
        let wait = Duration::from_secs(seconds);
        let start = sesame_domain::time::Timestamp::from_timestamp(1_800_000_000, 0).unwrap();
        TelegramError::Flood {
            wait,
            until: start + wait,
        }
    }

    #[test]
    fn a_flood_is_slept_through_ten_to_thirty_percent_longer() {
        for (byte, millis) in [(0, 11_000), (255, 13_000)] {
            let mut pauses = Pauses::new(Manner::INTERACTIVE);
            let pause = pauses.after(&flood(10), &Fixed(byte));
            assert_eq!(pause, Some(Duration::from_millis(millis)));
        }
    }

    #[test]
    fn floods_of_more_than_the_patience_are_not_slept_through() {
        let mut pauses = Pauses::new(Manner::INTERACTIVE);
        assert_eq!(pauses.after(&flood(61), &Fixed(0)), None);
        assert!(pauses.after(&flood(40), &Fixed(0)).is_some());
        assert_eq!(pauses.after(&flood(40), &Fixed(0)), None);
    }

    #[test]
    fn floods_of_no_length_use_up_the_patience_too() {
        let mut pauses = Pauses::new(Manner::INTERACTIVE);
        let slept = (0..100)
            .map_while(|_| pauses.after(&flood(0), &Fixed(0)))
            .count();
        assert_eq!(slept, 60);
    }

    #[test]
    fn a_dropped_password_check_is_not_sent_again() {
        let mut pauses = Pauses::new(Manner::INTERACTIVE.once());
        assert_eq!(pauses.after(&TelegramError::Dropped, &Fixed(0)), None);
    }

    #[test]
    fn a_dropped_call_is_sent_again_twice() {
        let mut pauses = Pauses::new(Manner::INTERACTIVE);
        let again = |pauses: &mut Pauses| pauses.after(&TelegramError::Dropped, &Fixed(0));
        assert!(again(&mut pauses).is_some());
        assert!(again(&mut pauses).is_some());
        assert_eq!(again(&mut pauses), None);
    }

    #[test]
    fn an_unregistered_key_is_waited_out_for_two_seconds_after_a_move() {
        let mut pauses = Pauses::new(Manner::INTERACTIVE.settling());
        let mut waited = Duration::ZERO;
        while let Some(pause) = pauses.after(&TelegramError::Unregistered, &Fixed(0)) {
            waited += pause;
        }
        assert_eq!(waited, SETTLING);
    }

    #[test]
    fn a_frozen_account_is_never_tried_again() {
        let mut pauses = Pauses::new(Manner::BACKGROUND.settling());
        assert_eq!(pauses.after(&TelegramError::Frozen, &Fixed(0)), None);
    }
}
