//! The table `account_figures`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ports::{AccountFigure, StoreError};
use sesame_domain::time::Timestamp;

use super::parts::{stored, tenant_id};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_figures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub health: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub cause: String,
    pub accounts: i64,
    pub counted_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for AccountFigure {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            tenant: tenant_id(row.tenant)?,
            health: row.health,
            cause: Some(row.cause).filter(|it| !it.is_empty()),
            accounts: row.accounts.unsigned_abs(),
        })
    }
}

impl ActiveModel {
    /// Every column of what was counted then.
    pub(crate) fn of(
        (tenant, health, cause): (String, String, Option<String>),
        accounts: i64,
        now: Timestamp,
    ) -> Self {
        Self {
            tenant: Set(tenant),
            health: Set(health),
            cause: Set(cause.unwrap_or_default()),
            accounts: Set(accounts),
            counted_at: Set(stored(now)),
        }
    }
}
