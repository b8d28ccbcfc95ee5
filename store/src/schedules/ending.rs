//! How it ended, what is done again and again.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, UpdateMany};
use sesame_domain::ids::JobId;
use sesame_domain::job::Outcome;
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use crate::database::failed;
use crate::rows::schedule::{Column, Entity};
use crate::rows::stored;

/// Notes the end of a job in the schedule that asked for it, if one did and
/// nothing came after it.
pub(crate) async fn note_end(
    db: &impl ConnectionTrait,
    job: JobId,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let theirs = Entity::update_many().filter(Column::Job.eq(job.as_uuid()));
    let note = match outcome {
        Outcome::Done { report } | Outcome::Incomplete { report, .. } => {
            is_done(theirs, now, report)
        }
        Outcome::Failed(cause) => has_failed(theirs, now, &cause.detail),
        // As it was wanted: it is due again at its next time, and not before.
        Outcome::Cancelled { .. } => theirs
            .col_expr(Column::FailedAt, Expr::val(stored(now)))
            .col_expr(Column::Report, Expr::val("cancelled")),
    };
    note.exec(db).await.map_err(failed)?;
    Ok(())
}

pub(super) fn is_done(
    change: UpdateMany<Entity>,
    now: Timestamp,
    report: &str,
) -> UpdateMany<Entity> {
    change
        .col_expr(Column::DoneAt, Expr::val(stored(now)))
        .col_expr(Column::Failures, Expr::val(0))
        .col_expr(Column::Report, Expr::val(report))
}

pub(super) fn has_failed(
    change: UpdateMany<Entity>,
    now: Timestamp,
    report: &str,
) -> UpdateMany<Entity> {
    change
        .col_expr(Column::FailedAt, Expr::val(stored(now)))
        .col_expr(Column::Failures, Expr::col(Column::Failures).add(1))
        .col_expr(Column::Report, Expr::val(report))
}
