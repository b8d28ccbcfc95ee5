//! Attempts at jobs are remembered, the last ones of each.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use sesame_domain::ids::NodeId;
use sesame_domain::job::{AttemptOutcome, Cause, JobAttempt, JobClaim, Outcome, Release};
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use crate::database::failed;
use crate::rows::job_attempt::{ActiveModel, Column, Entity};
use crate::rows::stored;

/// An attempt begins.
pub(super) async fn began(
    db: &impl ConnectionTrait,
    claim: JobClaim,
    node: &NodeId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let attempt = ActiveModel {
        job: Set(claim.id.as_uuid()),
        fence: Set(claim.fence.0),
        node: Set(node.as_str().to_owned()),
        began_at: Set(stored(now)),
        ended_at: Set(None),
        outcome: Set(None),
        code: Set(None),
        detail: Set(String::new()),
    };
    Entity::insert(attempt)
        .exec_without_returning(db)
        .await
        .map_err(failed)?;
    // Fences of a job grow by one with each claim, and with each that is taken
    // away: so many attempts are kept at most.
    let kept = i64::from(JobAttempt::KEPT);
    Entity::delete_many()
        .filter(Column::Job.eq(claim.id.as_uuid()))
        .filter(Column::Fence.lte(claim.fence.0 - kept))
        .exec(db)
        .await
        .map_err(failed)?;
    Ok(())
}

/// An attempt is given up, for what it stopped for itself; if it was `cancelled`,
/// whatever that was.
pub(super) async fn ended(
    db: &impl ConnectionTrait,
    claim: JobClaim,
    release: &Release,
    cancelled: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (outcome, cause) = match release {
        Release::PutBack => (AttemptOutcome::PutBack, None),
        Release::Park { .. } => (AttemptOutcome::Parked, None),
        Release::Retry { cause, .. } => (AttemptOutcome::Retried, Some(cause)),
        Release::End(Outcome::Done { .. } | Outcome::Incomplete { .. }) => {
            (AttemptOutcome::Done, None)
        }
        Release::End(Outcome::Failed(cause)) => (AttemptOutcome::Failed, Some(cause)),
        Release::End(Outcome::Cancelled { .. }) => (AttemptOutcome::Cancelled, None),
    };
    let outcome = if cancelled {
        AttemptOutcome::Cancelled
    } else {
        outcome
    };
    end(db, claim, &outcome, cause, now).await
}

/// The node of an attempt is gone.
pub(super) async fn abandoned(
    db: &impl ConnectionTrait,
    claim: JobClaim,
    now: Timestamp,
) -> Result<(), StoreError> {
    end(db, claim, &AttemptOutcome::Abandoned, None, now).await
}

async fn end(
    db: &impl ConnectionTrait,
    claim: JobClaim,
    outcome: &AttemptOutcome,
    cause: Option<&Cause>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let code = cause.map(|cause| cause.code.as_str().to_owned());
    let detail = cause.map_or("", |cause| cause.detail.as_str());
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::val(stored(now)))
        .col_expr(Column::Outcome, Expr::val(outcome.as_str()))
        .col_expr(Column::Code, Expr::val(code))
        .col_expr(Column::Detail, Expr::val(detail))
        .filter(Column::Job.eq(claim.id.as_uuid()))
        .filter(Column::Fence.eq(claim.fence.0))
        .exec(db)
        .await
        .map_err(failed)?;
    Ok(())
}
