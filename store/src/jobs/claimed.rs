//! Writing jobs under a claim.

use sea_orm::sea_query::{Expr, Func, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect, UpdateMany,
};
use sesame_domain::ids::Fence;
use sesame_domain::job::{Cause, JobClaim, JobStatus, Outcome, Release, WaitReason};
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use super::TABLE;
use crate::database::{Transaction, failed};
use crate::rows::job::{Column, Entity};
use crate::rows::stored;

/// Changes a job as long as no one claimed it anew, took it away or ended it.
pub(super) fn held(claim: JobClaim) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Id.eq(claim.id.as_uuid()))
        .filter(Column::Fence.eq(claim.fence.0))
        .filter(Column::RunningSince.is_not_null())
}

/// Writes, or learns that the claim is lost.
pub(super) async fn write(
    db: &impl ConnectionTrait,
    claim: JobClaim,
    change: UpdateMany<Entity>,
) -> Result<(), StoreError> {
    let written = change.exec(db).await.map_err(failed)?;
    if written.rows_affected == 0 {
        return Err(StoreError::fenced(TABLE, claim.id));
    }
    Ok(())
}

/// Whether someone asked for a job that is held under this claim to be cancelled, and
/// who; `None`: it is not held. No one asks from then on until the transaction is over.
pub(super) async fn asked_to_end(
    tx: &Transaction,
    claim: JobClaim,
) -> Result<Option<Option<String>>, StoreError> {
    Entity::find_by_id(claim.id.as_uuid())
        .select_only()
        .column(Column::CancelBy)
        .filter(Column::Fence.eq(claim.fence.0))
        .filter(Column::RunningSince.is_not_null())
        .lock(LockType::Update)
        .into_tuple()
        .one(tx)
        .await
        .map_err(failed)
}

/// How a claim is given up instead: a job that is not done, and that someone asked to
/// be cancelled, does not go on, whatever it stopped for.
pub(super) async fn cancelled_by(
    tx: &Transaction,
    claim: JobClaim,
    release: &Release,
) -> Result<Option<Release>, StoreError> {
    match release {
        Release::End(Outcome::Done { .. } | Outcome::Incomplete { .. }) => Ok(None),
        Release::PutBack | Release::Park { .. } | Release::Retry { .. } | Release::End(_) => {
            let asked = asked_to_end(tx, claim).await?.flatten();
            Ok(asked.map(|by| Release::End(Outcome::Cancelled { by })))
        }
    }
}

/// What changes when a claim is taken away from a node that is gone: the job is put
/// back, or ends like this.
pub(super) fn taken_away(
    change: UpdateMany<Entity>,
    outcome: Option<&Outcome>,
    now: Timestamp,
) -> Result<UpdateMany<Entity>, StoreError> {
    let change = change
        .col_expr(Column::RunningSince, Expr::value(None::<Timestamp>))
        .col_expr(Column::Fence, Expr::col(Column::Fence).add(1));
    match outcome {
        Some(outcome) => ended(change, outcome, now),
        None => Ok(open(change, JobStatus::Queued, now)),
    }
}

/// What changes when a claim is given up.
pub(super) fn released(
    change: UpdateMany<Entity>,
    release: &Release,
    now: Timestamp,
) -> Result<UpdateMany<Entity>, StoreError> {
    let change = change.col_expr(Column::RunningSince, Expr::value(None::<Timestamp>));
    // Counted when it was begun; this was none.
    let uncounted = || Expr::col(Column::Attempts).sub(1);
    Ok(match release {
        Release::PutBack => {
            open(change, JobStatus::Queued, now).col_expr(Column::Attempts, uncounted())
        }
        Release::Park { until, reason } => {
            let parked = open(change, JobStatus::Waiting, *until)
                .col_expr(Column::Reason, Expr::val(reason.as_str()))
                // What went wrong before is not why it waits now.
                .col_expr(Column::Code, Expr::value(None::<String>))
                .col_expr(Column::Report, Expr::val(""))
                .col_expr(Column::Attempts, uncounted());
            match reason {
                // Telegram says itself for how long.
                WaitReason::Flood | WaitReason::TakeoutDelay => parked,
                _ => parked.col_expr(Column::Parks, Expr::col(Column::Parks).add(1)),
            }
        }
        Release::Retry { at, cause } => why(open(change, JobStatus::Waiting, *at), cause)
            .col_expr(Column::Reason, Expr::val("retry")),
        Release::End(outcome) => ended(change, outcome, now)?,
    })
}

fn open(change: UpdateMany<Entity>, status: JobStatus, from: Timestamp) -> UpdateMany<Entity> {
    change
        .col_expr(Column::State, Expr::val(status.as_str()))
        .col_expr(Column::RunAfter, Expr::val(stored(from)))
}

fn why(change: UpdateMany<Entity>, cause: &Cause) -> UpdateMany<Entity> {
    change
        .col_expr(Column::Code, Expr::val(cause.code.as_str()))
        .col_expr(Column::Report, Expr::val(cause.detail.as_str()))
}

/// What changes when a job is over.
pub(super) fn ended(
    change: UpdateMany<Entity>,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<UpdateMany<Entity>, StoreError> {
    let change = change
        .col_expr(Column::State, Expr::val(outcome.status().as_str()))
        .col_expr(Column::RunAfter, Expr::value(None::<Timestamp>))
        .col_expr(Column::EndedAt, Expr::val(stored(now)));
    let done = |change: UpdateMany<Entity>, report: &str| {
        change
            .col_expr(Column::Code, Expr::value(None::<String>))
            .col_expr(Column::Report, Expr::val(report))
    };
    Ok(match outcome {
        Outcome::Done { report } => done(change, report),
        Outcome::Incomplete { report, missing } => {
            let missing = i64::try_from(*missing)
                .map_err(|_| StoreError::inconsistent("what a job is missing"))?;
            done(change, report).col_expr(Column::Missing, Expr::val(missing))
        }
        Outcome::Failed(cause) => why(change, cause),
        // Whoever asked first did it.
        Outcome::Cancelled { by } => change.col_expr(
            Column::CancelBy,
            Func::coalesce([Expr::col(Column::CancelBy), Expr::val(by.as_str())]).into(),
        ),
    })
}

/// The claim that follows what was seen.
pub(super) fn next(seen: Fence) -> Fence {
    Fence(seen.0 + 1)
}
