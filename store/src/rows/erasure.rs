//! The table `erasures`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ports::{Erasure, StoreError};

use super::parts::{needed, owner, stored};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Null, like the person, once it is done.
    pub tenant: Option<String>,
    pub person: Option<i64>,
    pub asked_at: DateTimeUtc,
    pub done_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Erasure {
    type Error = StoreError;

    /// Only of one that is not done: the others name no one.
    fn try_from(row: Model) -> Result<Self, StoreError> {
        const WHAT: &str = "an erasure of no one";
        Ok(Self {
            id: row.id,
            owner: owner(needed(row.tenant, WHAT)?, needed(row.person, WHAT)?)?,
            asked_at: row.asked_at,
            done_at: row.done_at,
        })
    }
}

impl ActiveModel {
    /// An erasure that begins.
    pub(crate) fn begun(erasure: &Erasure) -> Self {
        Self {
            id: Set(erasure.id),
            tenant: Set(Some(erasure.owner.tenant.to_string())),
            person: Set(Some(erasure.owner.person.0)),
            asked_at: Set(stored(erasure.asked_at)),
            done_at: Set(None),
        }
    }
}
