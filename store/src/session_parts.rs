//! What belongs to a session beside its credentials: who may write it, and
//! that it goes with the session.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sesame_domain::ports::StoreError;
use sesame_domain::session::SessionClaim;
use uuid::Uuid;

use crate::database::{Transaction, failed};
use crate::rows::{channel_cursor, session, session_cursor, session_peers};

/// The session, if this claim still counts and it is in use. No one claims it
/// or marks it as leaving before the transaction ends.
pub(crate) async fn in_use(
    tx: &Transaction,
    claim: &SessionClaim,
) -> Result<session::Model, StoreError> {
    session::Entity::find_by_id(claim.session.as_uuid())
        .filter(session::Column::Fence.eq(claim.fence.0))
        .filter(session::Column::State.eq(session::IN_USE))
        .lock_shared()
        .one(tx)
        .await
        .map_err(failed)?
        .ok_or_else(|| StoreError::fenced("sessions", claim.session))
}

/// Forgets where sessions that are leaving have read up to, and whom they met.
pub(crate) async fn forget(tx: &Transaction, sessions: &[Uuid]) -> Result<(), StoreError> {
    if sessions.is_empty() {
        return Ok(());
    }
    let ids = || sessions.iter().copied();
    session_cursor::Entity::delete_many()
        .filter(session_cursor::Column::SessionId.is_in(ids()))
        .exec(tx)
        .await
        .map_err(failed)?;
    channel_cursor::Entity::delete_many()
        .filter(channel_cursor::Column::SessionId.is_in(ids()))
        .exec(tx)
        .await
        .map_err(failed)?;
    session_peers::Entity::delete_many()
        .filter(session_peers::Column::Id.is_in(ids()))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}
