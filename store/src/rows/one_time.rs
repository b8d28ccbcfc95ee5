//! The table `one_time`.

use sea_orm::entity::prelude::*;
use sesame_domain::ids::LoginId;
use sesame_domain::ports::{Redeemed, StoreError};

use super::parts::{needed, owner};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    pub tenant: Option<String>,
    pub person: Option<i64>,
    pub login_id: Option<Uuid>,
    /// Whether the token that it was exchanged for is in use.
    pub used: bool,
    pub grant_id: Option<Uuid>,
    pub granted_at: Option<DateTimeUtc>,
    pub forget_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What the link leads to.
    pub(crate) fn good(self) -> Result<Redeemed, StoreError> {
        const WHAT: &str = "a link that leads nowhere";
        Ok(Redeemed::Good {
            owner: owner(needed(self.tenant, WHAT)?, needed(self.person, WHAT)?)?,
            login: LoginId::from(needed(self.login_id, WHAT)?),
        })
    }
}
