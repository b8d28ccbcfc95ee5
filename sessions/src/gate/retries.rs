//! Whether a failed call is made again, and after which pause.

use std::time::Duration;

use sesame_domain::random::Entropy;

use super::error::TelegramError;
use super::floods::Floods;
use super::policy::CallPolicy;

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
    policy: CallPolicy,
    floods: Floods,
    settled: Duration,
    drops: u32,
    /// Whether the key was refused once; another connection may know it.
    refused: bool,
}

impl Retries {
    pub(super) fn new(policy: CallPolicy) -> Self {
        Self {
            policy,
            floods: Floods::new(policy.patience),
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
            TelegramError::Flood { wait, .. } => self.floods.pause(*wait, entropy),
            TelegramError::Dropped if self.policy.repeatable && self.drops < DROPS => {
                self.drops += 1;
                Some(AFTER_DROP)
            }
            TelegramError::KeyRefused if self.policy.repeatable && !self.refused => {
                self.refused = true;
                Some(AFTER_DROP)
            }
            error if self.policy.settles && unsettled(error) && self.settled < SETTLING => {
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

#[cfg(test)]
mod tests {
    use sesame_test_doubles::FixedEntropy;

    use super::*;

    #[test]
    fn a_dropped_password_check_is_not_sent_again() {
        let mut retries = Retries::new(CallPolicy::INTERACTIVE.once());
        assert_eq!(
            retries.after(&TelegramError::Dropped, &FixedEntropy(0)),
            None
        );
    }

    #[test]
    fn a_dropped_call_is_sent_again_twice() {
        let mut retries = Retries::new(CallPolicy::INTERACTIVE);
        let again =
            |retries: &mut Retries| retries.after(&TelegramError::Dropped, &FixedEntropy(0));
        assert!(again(&mut retries).is_some());
        assert!(again(&mut retries).is_some());
        assert_eq!(again(&mut retries), None);
    }

    #[test]
    fn an_unregistered_key_is_waited_out_for_two_seconds_after_a_move() {
        let mut retries = Retries::new(CallPolicy::INTERACTIVE.settling());
        let mut waited = Duration::ZERO;
        while let Some(pause) = retries.after(&TelegramError::Unregistered, &FixedEntropy(0)) {
            waited += pause;
        }
        assert_eq!(waited, SETTLING);
    }

    #[test]
    fn a_frozen_account_is_never_tried_again() {
        let mut retries = Retries::new(CallPolicy::BACKGROUND.settling());
        assert_eq!(
            retries.after(&TelegramError::Frozen, &FixedEntropy(0)),
            None
        );
    }
}
