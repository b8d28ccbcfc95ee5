//! What a method answers.

use serde_json::Value;

/// What a method answers.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) result: Value,
    /// Telegram's remark, as on `setWebhook`.
    pub(super) note: Option<&'static str>,
}

impl From<Value> for Answer {
    fn from(result: Value) -> Self {
        Self { result, note: None }
    }
}
