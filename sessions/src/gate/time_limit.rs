//! How long an attempt may take.

use std::time::Duration;

use crate::connection::Caller;

use super::error::TelegramError;

/// How long an attempt may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeLimit(pub(super) Duration);

impl TimeLimit {
    /// Gives up what takes longer; the connection is not used any more then.
    pub(super) async fn hold<T>(
        self,
        caller: &Caller,
        attempt: impl Future<Output = Result<T, TelegramError>>,
    ) -> Result<T, TelegramError> {
        if let Ok(answer) = tokio::time::timeout(self.0, attempt).await {
            return answer;
        }
        caller.note_stuck();
        Err(TelegramError::TimedOut)
    }
}
