//! The sealed peers of sessions: implements [`Peers`].

use async_trait::async_trait;
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;
use sesame_domain::ids::SessionId;
use sesame_domain::ports::{Peers, StoreError};
use sesame_domain::sealed::Sealed;
use sesame_domain::session::SessionClaim;

use crate::database::{commit, failed, in_row};
use crate::handles::PeerRows;
use crate::rows::session_peers::{ActiveModel, Column, Entity};
use crate::session_parts::in_use;

#[async_trait]
impl Peers for PeerRows {
    async fn of(&self, session: SessionId) -> Result<Option<Sealed>, StoreError> {
        let db = &self.0;
        db.within(async {
            let row = Entity::find_by_id(session.as_uuid())
                .one(db.reads())
                .await
                .map_err(failed)?;
            Ok(row.map(Into::into))
        })
        .await
        .map_err(in_row("session_peers", session))
    }

    async fn save(&self, claim: &SessionClaim, sealed: &Sealed) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let session = in_use(&tx, claim).await?;
            Entity::insert(ActiveModel::of(session, sealed))
                .on_conflict(
                    OnConflict::column(Column::Id)
                        .update_columns([Column::KeyId, Column::WrappedKey, Column::Ciphertext])
                        .to_owned(),
                )
                .exec_without_returning(&tx)
                .await
                .map_err(failed)?;
            commit(tx).await
        })
        .await
        .map_err(in_row("session_peers", claim.session))
    }
}
