//! The table `jobs`.

use std::fmt;

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ids::{AccountId, Fence, JobId, NodeId, Owner};
use sesame_domain::job::{
    Cause, CauseCode, Job, JobClaim, JobState, JobStatus, NewJob, Outcome, Payload, WaitReason,
};
use sesame_domain::ports::{RunningJob, StoreError};
use sesame_domain::progress::Progress;

use super::parts::{needed, owner, stored};

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub tenant: Option<String>,
    pub person: Option<i64>,
    pub account: Option<Uuid>,
    pub unique_key: Option<String>,
    pub payload: String,
    pub state: String,
    pub run_after: Option<DateTimeUtc>,
    pub reason: Option<String>,
    pub code: Option<String>,
    pub report: String,
    pub missing: Option<i64>,
    pub progress: Option<String>,
    pub attempts: i32,
    pub fence: i64,
    pub node: Option<String>,
    pub running_since: Option<DateTimeUtc>,
    pub cancel_by: Option<String>,
    pub created_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub caused_by: Option<String>,
    pub parks: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Without what it is about.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl TryFrom<Model> for Job {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            state: state(&row)?,
            id: JobId::from(row.id),
            owner: owner_of(row.tenant, row.person)?,
            account: row.account.map(AccountId::from),
            payload: Payload(row.payload),
            // How far it came is for people to look at; work goes on without.
            progress: row.progress.and_then(|it| serde_json::from_str(&it).ok()),
            attempts: row
                .attempts
                .try_into()
                .map_err(|_| StoreError::inconsistent("attempts at a job"))?,
            // How long it waits follows from it, and nothing else.
            parks: row.parks.try_into().unwrap_or_default(),
            fence: Fence(row.fence),
            node: row.node.map(NodeId::from),
            cancel_by: row.cancel_by,
            created_at: row.created_at,
            // It is for people to look at; work goes on without.
            caused_by: row.caused_by.and_then(|it| it.try_into().ok()),
            kind: row.kind.into(),
        })
    }
}

impl TryFrom<Model> for RunningJob {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            claim: JobClaim {
                id: JobId::from(row.id),
                fence: Fence(row.fence),
            },
            node: needed(row.node, "the node of a job that runs")?.into(),
            cancel_by: row.cancel_by,
        })
    }
}

fn owner_of(tenant: Option<String>, person: Option<i64>) -> Result<Option<Owner>, StoreError> {
    match (tenant, person) {
        (Some(tenant), Some(person)) => owner(tenant, person).map(Some),
        (None, None) => Ok(None),
        _ => Err(StoreError::inconsistent("half of a job's owner")),
    }
}

fn state(row: &Model) -> Result<JobState, StoreError> {
    let Some(status) = JobStatus::from_name(&row.state) else {
        return Ok(JobState::Unknown(row.state.clone()));
    };
    Ok(match status {
        JobStatus::Queued => JobState::Queued {
            from: needed(row.run_after, "the moment of a job that is queued")?,
        },
        JobStatus::Waiting => JobState::Waiting {
            until: needed(row.run_after, "the moment of a job that waits")?,
            reason: WaitReason::from_name(row.reason.as_deref().unwrap_or_default()),
            cause: cause(row),
        },
        JobStatus::Running => JobState::Running {
            since: needed(row.running_since, "the beginning of a job that runs")?,
        },
        JobStatus::Done | JobStatus::Failed | JobStatus::Cancelled => JobState::Ended {
            outcome: outcome(status, row)?,
            at: needed(row.ended_at, "the end of a job that is over")?,
        },
    })
}

fn outcome(status: JobStatus, row: &Model) -> Result<Outcome, StoreError> {
    let report = || row.report.clone();
    Ok(match (status, row.missing) {
        (JobStatus::Failed, _) => Outcome::Failed(needed(cause(row), "why a job failed")?),
        (JobStatus::Cancelled, _) => Outcome::Cancelled {
            by: row.cancel_by.clone().unwrap_or_default(),
        },
        (_, None) => Outcome::Done { report: report() },
        (_, Some(missing)) => Outcome::Incomplete {
            report: report(),
            missing: missing
                .try_into()
                .map_err(|_| StoreError::inconsistent("what a job is missing"))?,
        },
    })
}

fn cause(row: &Model) -> Option<Cause> {
    let code = row.code.as_deref()?;
    Some(Cause {
        code: CauseCode::from_name(code),
        detail: row.report.clone(),
    })
}

/// Progress as it is stored.
pub(crate) fn written(progress: &Progress) -> Result<String, StoreError> {
    serde_json::to_string(progress)
        .map_err(|_| StoreError::inconsistent("progress that cannot be stored"))
}

impl ActiveModel {
    /// Every column of a job that is to be done.
    pub(crate) fn queued(job: &NewJob) -> Self {
        Self {
            id: Set(job.id.as_uuid()),
            kind: Set(job.kind.as_str().to_owned()),
            tenant: Set(job.owner.as_ref().map(|owner| owner.tenant.to_string())),
            person: Set(job.owner.as_ref().map(|owner| owner.person.0)),
            account: Set(job.account.map(AccountId::as_uuid)),
            unique_key: Set(job.unique_key()),
            payload: Set(job.payload.0.clone()),
            state: Set(JobStatus::Queued.as_str().to_owned()),
            run_after: Set(Some(stored(job.run_after))),
            created_at: Set(stored(job.created_at)),
            caused_by: Set(job.caused_by.clone().map(String::from)),
            ..Self::blank()
        }
    }

    fn blank() -> Self {
        Self {
            reason: Set(None),
            code: Set(None),
            report: Set(String::new()),
            missing: Set(None),
            progress: Set(None),
            attempts: Set(0),
            parks: Set(0),
            fence: Set(0),
            node: Set(None),
            running_since: Set(None),
            cancel_by: Set(None),
            ended_at: Set(None),
            ..Default::default()
        }
    }
}
