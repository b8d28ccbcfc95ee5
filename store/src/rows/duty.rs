//! The table `schedules`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::duty::{Duty, DutyRecord};
use sesame_domain::ids::NodeId;
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use super::parts::{needed, stored};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "schedules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_name = "kind")]
    pub name: String,
    pub fence: i64,
    pub node: String,
    pub began_at: DateTimeUtc,
    pub done_at: Option<DateTimeUtc>,
    pub failed_at: Option<DateTimeUtc>,
    pub failures: i32,
    pub report: String,
    pub job: Option<Uuid>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for DutyRecord {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            duty: needed(Duty::from_name(&row.name), "the name of a duty")?,
            began_at: row.began_at,
            done_at: row.done_at,
            failed_at: row.failed_at,
            failures: row
                .failures
                .try_into()
                .map_err(|_| StoreError::inconsistent("failures of a duty"))?,
            report: row.report,
        })
    }
}

impl ActiveModel {
    /// A duty that was never begun before.
    pub(crate) fn first(duty: Duty, node: &NodeId, now: Timestamp) -> Self {
        Self {
            name: Set(duty.as_str().to_owned()),
            fence: Set(1),
            node: Set(node.as_str().to_owned()),
            began_at: Set(stored(now)),
            done_at: Set(None),
            failed_at: Set(None),
            failures: Set(0),
            report: Set(String::new()),
            job: Set(None),
        }
    }
}
