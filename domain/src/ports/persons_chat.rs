//! What is said in a person's chat with the bot because they asked for it elsewhere.

use std::sync::Arc;

use async_trait::async_trait;

use crate::ids::Owner;

use super::{ExportArchive, StoreError};

/// How many bytes a file has at most that a bot sends: 50 MB
/// (<https://core.telegram.org/bots/api#senddocument>).
pub const SENT_AT_MOST: u64 = 50_000_000;

/// Why a message did not reach a person's chat.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// They blocked the bot, or never wrote to it.
    #[error("the bot may not write to this person")]
    Unreachable,
    /// Telegram does not take it now; try again.
    #[error("Telegram does not take the message now")]
    Busy,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Says in a person's chat with the bot, at once, what they asked for elsewhere. What is
/// to be said without being asked goes through the [`Outbox`](super::Outbox).
#[async_trait]
pub trait PersonsChat: Send + Sync {
    /// Sends the link that shows their login's code on another screen. It is a secret
    /// while it lives: it is sent, and kept nowhere.
    async fn send_screen_link(&self, owner: &Owner, url: &str) -> Result<(), ChatError>;

    /// Sends an export as a file of this name, of at most [`SENT_AT_MOST`] bytes. It is
    /// opened while it is sent.
    async fn send_archive(
        &self,
        owner: &Owner,
        name: &str,
        archive: Arc<dyn ExportArchive>,
    ) -> Result<(), ChatError>;
}
