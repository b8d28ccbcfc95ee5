//! The table `slo_hours`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ports::SloCount;

/// A count never has more than a database can.
fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slo_hours")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub slo: String,
    pub events: i64,
    pub errors: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl ActiveModel {
    /// Every column of what was counted in this hour.
    pub(crate) fn of(count: &SloCount, hour: i64) -> Self {
        Self {
            tenant: Set(count.tenant.to_string()),
            hour: Set(hour),
            slo: Set(count.slo.as_str().to_owned()),
            events: Set(number(count.counted.events)),
            errors: Set(number(count.counted.errors)),
        }
    }
}
