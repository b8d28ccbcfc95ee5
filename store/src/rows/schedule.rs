//! The table `schedules`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ids::{JobId, NodeId};
use sesame_domain::job::JobKind;
use sesame_domain::ports::StoreError;
use sesame_domain::schedule::ScheduleRecord;
use sesame_domain::time::Timestamp;

use super::parts::stored;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "schedules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
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

impl TryFrom<Model> for ScheduleRecord {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            kind: row.kind.into(),
            began_at: row.began_at,
            done_at: row.done_at,
            failed_at: row.failed_at,
            failures: row
                .failures
                .try_into()
                .map_err(|_| StoreError::inconsistent("failures of a schedule"))?,
            report: row.report,
        })
    }
}

impl ActiveModel {
    /// What was never begun before.
    pub(crate) fn first(kind: &JobKind, node: &NodeId, now: Timestamp, job: Option<JobId>) -> Self {
        Self {
            kind: Set(kind.as_str().to_owned()),
            fence: Set(1),
            node: Set(node.as_str().to_owned()),
            began_at: Set(stored(now)),
            done_at: Set(None),
            failed_at: Set(None),
            failures: Set(0),
            report: Set(String::new()),
            job: Set(job.map(JobId::as_uuid)),
        }
    }
}
