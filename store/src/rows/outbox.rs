//! The table `outbox`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ids::NoticeId;
use sesame_domain::notice::Notice;
use sesame_domain::ports::StoreError;

use super::parts::{owner, stored};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub person: i64,
    pub notice: String,
    pub created_at: DateTimeUtc,
    pub due_at: DateTimeUtc,
    pub attempts: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Notice {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: NoticeId::from(row.id),
            owner: owner(row.tenant, row.person)?,
            kind: serde_json::from_str(&row.notice)
                .map_err(|_| StoreError::inconsistent("the kind of a notice"))?,
            created_at: row.created_at,
            attempts: row
                .attempts
                .try_into()
                .map_err(|_| StoreError::inconsistent("attempts to send a notice"))?,
        })
    }
}

impl ActiveModel {
    /// Every column of a notice that is due at once.
    pub(crate) fn of(notice: &Notice) -> Result<Self, StoreError> {
        let unfit = |_| StoreError::inconsistent("a notice that cannot be stored");
        Ok(Self {
            id: Set(notice.id.as_uuid()),
            tenant: Set(notice.owner.tenant.to_string()),
            person: Set(notice.owner.person.0),
            notice: Set(serde_json::to_string(&notice.kind).map_err(unfit)?),
            created_at: Set(stored(notice.created_at)),
            due_at: Set(stored(notice.created_at)),
            attempts: Set(i32::try_from(notice.attempts)
                .map_err(|_| StoreError::inconsistent("attempts to send a notice"))?),
        })
    }
}
