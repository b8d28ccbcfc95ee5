//! The limits that hold for all bots.

use std::time::Duration;

/// Limits that tests may want to change.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How long a pressed button waits for the bot's answer.
    pub press_life: Duration,
    /// How many messages may be sent to one chat at once; then one a second.
    pub burst_per_chat: u32,
    /// How long the first failed webhook delivery waits for the next attempt;
    /// the wait doubles from then on.
    pub webhook_retry: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            press_life: Duration::from_secs(15),
            burst_per_chat: 30,
            webhook_retry: Duration::from_millis(500),
        }
    }
}
