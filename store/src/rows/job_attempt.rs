//! The table `job_attempts`.

use sea_orm::entity::prelude::*;
use sesame_domain::ids::{Fence, NodeId};
use sesame_domain::job::{AttemptEnd, AttemptOutcome, Cause, CauseCode, JobAttempt};
use sesame_domain::ports::StoreError;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub job: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub fence: i64,
    pub node: String,
    pub began_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub outcome: Option<String>,
    pub code: Option<String>,
    pub detail: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for JobAttempt {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let cause = row.code.map(|code| Cause {
            code: CauseCode::from_name(&code),
            detail: row.detail,
        });
        let end = match (row.ended_at, row.outcome) {
            (None, None) => None,
            (Some(at), Some(outcome)) => Some(AttemptEnd {
                at,
                outcome: AttemptOutcome::from_name(&outcome),
                cause,
            }),
            _ => return Err(StoreError::inconsistent("half of an attempt's end")),
        };
        Ok(Self {
            fence: Fence(row.fence),
            node: NodeId::from(row.node),
            began_at: row.began_at,
            end,
        })
    }
}
