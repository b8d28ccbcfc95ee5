//! The table `erased_sessions`.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, Set};
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use super::parts::stored;
use crate::database::failed;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erased_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Remembers that a session was erased; once is enough.
pub(crate) async fn bury(
    tx: &DatabaseTransaction,
    id: Uuid,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(id),
        at: Set(stored(at)),
    };
    Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Whether a session was erased.
pub(crate) async fn is_buried(tx: &DatabaseTransaction, id: Uuid) -> Result<bool, StoreError> {
    let row = Entity::find_by_id(id).one(tx).await.map_err(failed)?;
    Ok(row.is_some())
}
