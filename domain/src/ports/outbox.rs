//! Messages that wait to be sent by the bot.

use async_trait::async_trait;

use crate::ids::{NoticeId, TenantId};
use crate::notice::Notice;
use crate::time::Timestamp;

use super::StoreError;

/// Messages that wait to be sent by the bot. They are put there by the ports
/// that store what they tell of.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Takes messages of a tenant that are due, oldest first; they are not handed out again
    /// before `hold_until`, so that a sender that dies delays them, no more.
    async fn take(
        &self,
        tenant: &TenantId,
        now: Timestamp,
        hold_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Notice>, StoreError>;

    /// It was sent, or there is no one to send it to any more.
    async fn done(&self, id: NoticeId) -> Result<(), StoreError>;

    /// Sending failed; try again then.
    async fn later(&self, id: NoticeId, at: Timestamp) -> Result<(), StoreError>;
}
