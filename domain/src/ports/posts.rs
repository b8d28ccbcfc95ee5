//! Posts of channels that are read.

use async_trait::async_trait;

use crate::ids::TenantId;
use crate::page::{Page, Paged};
use crate::post::{ChannelPosts, KeptPosts, Post, PostId, PostQuery};
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

/// A post that is new, says something else, or was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedPost {
    /// The number of the change: of two, the later one has the higher, whatever their
    /// channels are.
    pub change: i64,
    /// The post as it is now.
    pub post: Post,
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
    /// longer in use; [`StoreError::NotFound`] when no one wants the channel any more.
    /// Then nothing is kept.
    async fn keep(&self, posts: &ChannelPosts) -> Result<KeptPosts, StoreError>;

    /// A post; also one that is deleted at Telegram.
    async fn find(&self, tenant: &TenantId, id: PostId) -> Result<Option<Post>, StoreError>;

    /// Posts, the newest first.
    async fn list(
        &self,
        tenant: &TenantId,
        query: &PostQuery,
        page: Page<PostPlace>,
    ) -> Result<Paged<Post, PostPlace>, StoreError>;

    /// What changed in these channels behind a change, in the order in which it was
    /// kept; of a post that changed again, the last change. Nothing is kept later with a
    /// number that is lower than one that was seen.
    async fn changes(
        &self,
        tenant: &TenantId,
        channels: &[i64],
        page: Page<i64>,
    ) -> Result<Paged<ChangedPost, i64>, StoreError>;

    /// The highest number of a channel's posts; `None`: there are none.
    async fn newest(&self, tenant: &TenantId, channel: i64) -> Result<Option<i32>, StoreError>;

    /// The numbers of a channel's messages that are kept and not known to be deleted,
    /// from the first number to the last, in their order.
    async fn numbers(
        &self,
        tenant: &TenantId,
        channel: i64,
        first: i32,
        last: i32,
    ) -> Result<Vec<i32>, StoreError>;
}
