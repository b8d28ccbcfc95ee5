//! Whom sessions met.

use async_trait::async_trait;

use crate::ids::SessionId;
use crate::sealed::Sealed;
use crate::session::SessionClaim;

use super::StoreError;

/// The sealed peers of sessions: a cache. Losing it costs looking peers up
/// again. It is one value a session, so that the database does not say whom
/// and how many someone met; what is in it is bounded by
/// [`crate::session::peer::PeerCache`]. Like cursors, peers go with the
/// session, and no backup has them.
#[async_trait]
pub trait Peers: Send + Sync {
    /// A session's peers, sealed for [`crate::sealed::Purpose::Peers`].
    async fn of(&self, session: SessionId) -> Result<Option<Sealed>, StoreError>;

    /// Puts these in the place of the ones before.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when someone else claimed the session since, or
    /// it is no longer in use.
    async fn save(&self, claim: &SessionClaim, sealed: &Sealed) -> Result<(), StoreError>;
}
