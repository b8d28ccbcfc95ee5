//! The table `application_floods`.

use sea_orm::entity::prelude::*;
use sesame_domain::ports::{FloodedPerson, StoreError};

use super::parts::owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application_floods")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub api_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub method: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person: i64,
    pub until: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for FloodedPerson {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            whose: owner(row.tenant, row.person)?,
            until: row.until,
        })
    }
}
