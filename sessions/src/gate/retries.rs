//! Whether a failed call is made again, and after which pause. Floods are not
//! among it: see [`super::floods`].

use std::time::Duration;

use super::error::TelegramError;
use super::policy::CallPolicy;
use super::request::Repeat;

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
pub(super) struct Retries {
    settles: bool,
    repeat: Repeat,
    settled: Duration,
    drops: u32,
    /// Whether the key was refused once; another connection may know it.
    refused: bool,
}

impl Retries {
    pub(super) fn new(policy: CallPolicy, repeat: Repeat) -> Self {
        Self {
            settles: policy.settles,
            repeat,
            settled: Duration::ZERO,
            drops: 0,
            refused: false,
        }
    }

    /// How long to pause before trying again; `None`: do not.
    pub(super) fn after(&mut self, error: &TelegramError) -> Option<Duration> {
        let repeatable = self.repeat == Repeat::Safe;
        match error {
            TelegramError::Dropped if repeatable && self.drops < DROPS => {
                self.drops += 1;
                Some(AFTER_DROP)
            }
            TelegramError::KeyRefused if repeatable && !self.refused => {
                self.refused = true;
                Some(AFTER_DROP)
            }
            error if self.settles && unsettled(error) && self.settled < SETTLING => {
                self.settled += SETTLING_STEP;
                Some(SETTLING_STEP)
            }
            _ => None,
        }
    }
}

/// Whether this is what data centres answer that do not agree yet. They did
/// not carry the call out then, whatever it is.
fn unsettled(error: &TelegramError) -> bool {
    matches!(error, TelegramError::Unregistered) || error.is("AUTH_TOKEN_EXPIRED")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retries(policy: CallPolicy) -> Retries {
        Retries::new(policy, Repeat::Safe)
    }

    #[test]
    fn a_dropped_password_check_is_not_sent_again() {
        let mut retries = Retries::new(CallPolicy::INTERACTIVE, Repeat::Never);
        assert_eq!(retries.after(&TelegramError::Dropped), None);
    }

    #[test]
    fn a_dropped_call_is_sent_again_twice() {
        let mut retries = retries(CallPolicy::INTERACTIVE);
        assert!(retries.after(&TelegramError::Dropped).is_some());
        assert!(retries.after(&TelegramError::Dropped).is_some());
        assert_eq!(retries.after(&TelegramError::Dropped), None);
    }

    #[test]
    fn an_unregistered_key_is_waited_out_for_two_seconds_after_a_move() {
        let mut retries = retries(CallPolicy::INTERACTIVE.settling());
        let mut waited = Duration::ZERO;
        while let Some(pause) = retries.after(&TelegramError::Unregistered) {
            waited += pause;
        }
        assert_eq!(waited, SETTLING);
    }

    #[test]
    fn a_frozen_account_is_never_tried_again() {
        let mut retries = retries(CallPolicy::BACKGROUND.settling());
        assert_eq!(retries.after(&TelegramError::Frozen), None);
    }
}
