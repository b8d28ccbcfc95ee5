//! Reading what changed in channels.

use async_trait::async_trait;

use crate::account::Account;
use crate::reading::{ChannelDifference, ReadError};

/// Reads what changed in channels and supergroups.
#[async_trait]
pub trait ReadChannels: Send + Sync {
    /// What happened in a channel since the event `pts`. Where reading begins,
    /// `pts` comes with the dialog or its history.
    ///
    /// # Errors
    /// [`ReadError::CursorInvalid`] when Telegram cannot go on from there;
    /// [`ReadError::NoAccess`] when the account may not read the channel.
    async fn difference(
        &self,
        account: &Account,
        channel: i64,
        pts: i32,
        limit: u32,
    ) -> Result<ChannelDifference, ReadError>;
}
