//! Having channels read.

use async_trait::async_trait;

use crate::account::Account;
use crate::channel::{ChannelName, ReadingPolicy, SubscribedChannel};
use crate::ids::Owner;
use crate::reading::ReadError;

use super::{StoreError, Subscribing};

/// Why a channel cannot be read for a person.
#[derive(Debug, thiserror::Error)]
pub enum ChannelRequestError {
    /// Telegram does not show it to them, or cannot be asked now.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is a person, a group or a bot.
    #[error("it is no channel")]
    NoChannel,
    /// Copying from it is not allowed.
    #[error("copying from the channel is not allowed")]
    Protected,
    /// The database does not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A channel that was named, and what came of subscribing to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedChannel {
    /// Which one.
    pub channel: i64,
    /// What came of it.
    pub outcome: Subscribing,
}

/// Has channels be read for people, and not any more. What is answered is kept.
#[async_trait]
pub trait ChannelRequests: Send + Sync {
    /// Has a channel that the account may read be read.
    async fn add(
        &self,
        account: &Account,
        name: &ChannelName,
        policy: ReadingPolicy,
    ) -> Result<AddedChannel, ChannelRequestError>;

    /// Wants something else of a channel; `false`: it is not read for them.
    async fn change(
        &self,
        owner: &Owner,
        channel: i64,
        policy: ReadingPolicy,
    ) -> Result<bool, StoreError>;

    /// Allows its texts to be given to a service, having been shown this version of the
    /// words about it, or takes that back; `false`: it is not read for them.
    async fn allow_service(
        &self,
        owner: &Owner,
        channel: i64,
        wording: Option<u32>,
    ) -> Result<bool, StoreError>;

    /// Does not have it read any more; `false`: it was not.
    async fn remove(&self, owner: &Owner, channel: i64) -> Result<bool, StoreError>;

    /// Has it looked at now; `false`: it is not read for them.
    async fn look_now(&self, owner: &Owner, channel: i64) -> Result<bool, StoreError>;

    /// A person's channels: what is broken comes first, then by title.
    async fn list(&self, owner: &Owner) -> Result<Vec<SubscribedChannel>, StoreError>;

    /// One of them.
    async fn find(
        &self,
        owner: &Owner,
        channel: i64,
    ) -> Result<Option<SubscribedChannel>, StoreError>;
}
