//! Posts of channels that are read.

use async_trait::async_trait;

use crate::ids::TenantId;
use crate::page::{Page, Paged};
use crate::post::{ChannelPosts, KeptPosts, Post, PostId, SearchWords};
use crate::time::Timestamp;

use super::StoreError;

/// Where a post stands among those of several channels: when it was sent, and which it
/// is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PostPlace {
    /// When it was sent.
    pub at: Timestamp,
    /// Which it is.
    pub id: PostId,
}

/// Posts of channels that are read. They lie in plain, so that they can be searched.
///
/// A message is kept once for a tenant, however often and by whomever it is read.
#[async_trait]
pub trait Posts: Send + Sync {
    /// Keeps what was read of a channel and moves the cursor that says so, in one
    /// transaction. A message that is there already is changed only by one that is not
    /// older; what is read again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when someone else claimed the session since, or it is no
    /// longer in use: then nothing is kept.
    async fn keep(&self, posts: &ChannelPosts) -> Result<KeptPosts, StoreError>;

    /// A post; also one that is deleted at Telegram.
    async fn find(&self, tenant: &TenantId, id: PostId) -> Result<Option<Post>, StoreError>;

    /// The posts of a channel, the newest first.
    async fn of_channel(
        &self,
        tenant: &TenantId,
        channel: i64,
        page: Page<PostId>,
    ) -> Result<Paged<Post, PostId>, StoreError>;

    /// The posts of these channels in which all of the words are, the newest first.
    async fn search(
        &self,
        tenant: &TenantId,
        channels: &[i64],
        words: &SearchWords,
        page: Page<PostPlace>,
    ) -> Result<Paged<Post, PostPlace>, StoreError>;

    /// Removes posts of a channel, up to so many at once; `false`: there are none left.
    async fn remove(
        &self,
        tenant: &TenantId,
        channel: i64,
        at_most: u32,
    ) -> Result<bool, StoreError>;
}
