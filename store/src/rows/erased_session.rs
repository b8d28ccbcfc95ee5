//! The table `erased_sessions`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ids::SessionId;
use sesame_domain::ports::Tombstone;

use super::parts::stored;

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

impl From<Model> for Tombstone {
    fn from(row: Model) -> Self {
        Self {
            session: SessionId::from(row.id),
            at: row.at,
        }
    }
}

impl From<Tombstone> for ActiveModel {
    fn from(tombstone: Tombstone) -> Self {
        Self {
            id: Set(tombstone.session.as_uuid()),
            at: Set(stored(tombstone.at)),
        }
    }
}
