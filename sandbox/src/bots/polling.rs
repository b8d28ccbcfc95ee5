//! `getUpdates`.

use std::time::Duration;

use serde_json::Value;

use super::bot::Bot;
use super::error::ApiError;

const WEBHOOK_ACTIVE: &str = "can't use getUpdates method while webhook is active; \
                              use deleteWebhook to delete the webhook first";
const OTHER_POLL: &str = "terminated by other getUpdates request; \
                          make sure that only one bot instance is running";
const WEBHOOK_SET: &str = "terminated by setWebhook request";

/// What `getUpdates` asks for.
pub(super) struct Poll {
    pub(super) offset: Option<i64>,
    pub(super) limit: usize,
    pub(super) timeout: Duration,
    pub(super) allowed_updates: Option<Vec<String>>,
}

impl Bot {
    /// Waits for updates as long as asked. A newer call ends an older one.
    pub(super) async fn poll(&self, poll: Poll) -> Result<Vec<Value>, ApiError> {
        self.refuse_with_webhook(WEBHOOK_ACTIVE)?;
        let mut ended = self.interrupt_poll();
        ended.mark_unchanged();
        let mut changes = self.queue_changes();
        self.change(|state| {
            if let Some(kinds) = poll.allowed_updates {
                state.updates.allow(kinds);
            }
            if let Some(offset) = poll.offset {
                state.updates.confirm(offset);
            }
        });
        let deadline = tokio::time::Instant::now() + poll.timeout;
        loop {
            changes.mark_unchanged();
            let ready = self.read(|state| state.updates.first(poll.limit));
            if !ready.is_empty() {
                return Ok(ready);
            }
            tokio::select! {
                biased;
                _ = ended.changed() => {
                    self.refuse_with_webhook(WEBHOOK_SET)?;
                    return Err(ApiError::Conflict(OTHER_POLL));
                }
                _ = changes.changed() => {}
                () = tokio::time::sleep_until(deadline) => return Ok(Vec::new()),
            }
        }
    }

    fn refuse_with_webhook(&self, words: &'static str) -> Result<(), ApiError> {
        if self.read(|state| state.webhook.is_some()) {
            return Err(ApiError::Conflict(words));
        }
        Ok(())
    }
}
