//! Where sessions have read up to.

use async_trait::async_trait;

use crate::ids::SessionId;
use crate::session::cursor::{CursorAdvance, SessionCursors};

use super::StoreError;

/// Where sessions have read up to: plain rows, which say nothing about anyone
/// but that they read. They go with the session: no later than it is unlinked,
/// replaced or erased. No backup has them.
///
/// Whatever keeps what an update brought takes the [`CursorAdvance`] into its
/// own write, and the store writes both in one transaction. [`Self::advance`]
/// is for updates that bring nothing to keep.
///
/// A channel that is read by differences
/// ([`crate::reading::ChannelDifference::advance`]) is moved by whoever keeps
/// them. The live session moves what the library says of its own progress,
/// which it only does when it is told to: one of the two reads a channel, never
/// both.
#[async_trait]
pub trait Cursors: Send + Sync {
    /// Where a session's cursors stand. A session that has none, or is gone,
    /// begins anew.
    async fn of(&self, session: SessionId) -> Result<SessionCursors, StoreError>;

    /// Moves cursors, all or none.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when someone else claimed the session since, or
    /// it is no longer in use.
    async fn advance(&self, advance: &CursorAdvance) -> Result<(), StoreError>;
}
