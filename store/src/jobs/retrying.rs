//! Jobs that are to go on at once because someone wants it.

use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect};
use sesame_domain::ids::{JobId, Owner};
use sesame_domain::job::{Job, JobState, JobStatus, Outcome};
use sesame_domain::listing::Tenants;
use sesame_domain::ports::{Retrying, StoreError};
use sesame_domain::time::Timestamp;

use super::TABLE;
use crate::database::{Transaction, failed, is_duplicate};
use crate::reading;
use crate::rows::job::{Column, Entity};
use crate::rows::{owner, stored};

/// Whose job it is (`None`: the instance's), if there is one that they may touch.
pub(crate) async fn whose(
    tx: &Transaction,
    id: JobId,
    tenants: &Tenants,
) -> Result<Option<Option<Owner>>, StoreError> {
    let found = Entity::find_by_id(id.as_uuid())
        .select_only()
        .columns([Column::Tenant, Column::Person])
        .into_tuple::<(Option<String>, Option<i64>)>()
        .one(tx)
        .await
        .map_err(failed)?;
    let Some((tenant, person)) = found else {
        return Ok(None);
    };
    let theirs = tenant.zip(person);
    let theirs = theirs.map(|(tenant, person)| owner(tenant, person));
    Ok(match (tenants, theirs.transpose()?) {
        (Tenants::All, theirs) => Some(theirs),
        (these, Some(theirs)) => these.include(&theirs.tenant).then_some(Some(theirs)),
        (Tenants::These(_), None) => None,
    })
}

/// A job that waits is due at once; `false`: it is due, runs, or is over.
pub(crate) async fn hurry(tx: &Transaction, id: JobId, now: Timestamp) -> Result<bool, StoreError> {
    let hurried = Entity::update_many()
        .col_expr(Column::RunAfter, Expr::val(stored(now)))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::RunAfter.gt(stored(now)))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(hurried.rows_affected > 0)
}

/// A job that failed or was cancelled goes on, one that waits does so at once.
pub(crate) async fn retry(
    tx: &Transaction,
    id: JobId,
    now: Timestamp,
) -> Result<Retrying, StoreError> {
    let query = Entity::find_by_id(id.as_uuid()).lock(LockType::Update);
    let row = reading::row(tx, query).await.map_err(failed)?;
    let Some(row) = row else {
        return Ok(Retrying::NotFound);
    };
    let model = row.model()?;
    let key = model.unique_key.clone();
    let kind = model.kind.clone();
    let Ok(job) = Job::try_from(model) else {
        return Ok(Retrying::Unknown);
    };
    match &job.state {
        JobState::Unknown(_) => Ok(Retrying::Unknown),
        JobState::Ended {
            outcome: Outcome::Done { .. } | Outcome::Incomplete { .. },
            ..
        } => Ok(Retrying::Done),
        JobState::Ended { .. } => match twin(tx, &kind, key.as_deref()).await? {
            Some(twin) => Ok(Retrying::Twin(twin)),
            None => reopen(tx, &job, now).await,
        },
        JobState::Queued { .. } | JobState::Waiting { .. } => {
            let hurried = hurry(tx, id, now).await?;
            Ok(if hurried {
                Retrying::Queued
            } else {
                Retrying::UnderWay
            })
        }
        JobState::Running { .. } => Ok(Retrying::UnderWay),
    }
}

/// The job that is not over and is about the same.
async fn twin(
    tx: &Transaction,
    kind: &str,
    key: Option<&str>,
) -> Result<Option<JobId>, StoreError> {
    let Some(key) = key else {
        return Ok(None);
    };
    let twin: Option<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Kind.eq(kind))
        .filter(Column::UniqueKey.eq(key))
        .filter(Column::EndedAt.is_null())
        .into_tuple()
        .one(tx)
        .await
        .map_err(failed)?;
    Ok(twin.map(JobId::from))
}

/// It is to be done again from its last checkpoint, with all its attempts.
async fn reopen(tx: &Transaction, job: &Job, now: Timestamp) -> Result<Retrying, StoreError> {
    let no_text = || Expr::value(None::<String>);
    let reopened = Entity::update_many()
        .col_expr(Column::State, Expr::val(JobStatus::Queued.as_str()))
        .col_expr(Column::RunAfter, Expr::val(stored(now)))
        .col_expr(Column::EndedAt, Expr::value(None::<Timestamp>))
        .col_expr(Column::Attempts, Expr::val(0))
        .col_expr(Column::Parks, Expr::val(0))
        .col_expr(Column::Code, no_text())
        .col_expr(Column::Reason, no_text())
        .col_expr(Column::Report, Expr::val(""))
        .col_expr(Column::CancelBy, no_text())
        // What a node still held of it is not its claim any more.
        .col_expr(Column::Fence, Expr::col(Column::Fence).add(1))
        .filter(Column::Id.eq(job.id.as_uuid()))
        .filter(Column::Fence.eq(job.fence.0))
        .filter(Column::EndedAt.is_not_null())
        .exec(tx)
        .await;
    let reopened = reopened.map_err(|error| {
        // Someone asked for its twin at the same moment: whoever looks again sees it.
        if is_duplicate(&error) {
            StoreError::fenced(TABLE, job.id)
        } else {
            failed(error)
        }
    })?;
    Ok(if reopened.rows_affected > 0 {
        Retrying::Queued
    } else {
        Retrying::UnderWay
    })
}
