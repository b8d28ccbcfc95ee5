//! Doing jobs: implements [`JobQueue`].

use async_trait::async_trait;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};
use sesame_domain::ids::{NodeId, TenantId};
use sesame_domain::job::{Job, JobClaim, JobKind, JobStatus, Outcome, Payload, Release};
use sesame_domain::ports::{DueJobs, DueRow, JobQueue, RunningJob, StoreError, Waiting};
use sesame_domain::progress::Progress;
use sesame_domain::time::Timestamp;

use super::claimed::{asked_to_end, cancelled_by, held, next, released, taken_away, write};
use super::{TABLE, attempts, look_ups};
use crate::database::{Database, commit, failed, in_row, in_table, is_duplicate};
use crate::handles::JobRows;
use crate::reading::{self, Read};
use crate::rows::job::{Column, Entity, written};
use crate::rows::stored;
use crate::schedules::note_end;

#[async_trait]
impl JobQueue for JobRows {
    async fn due(
        &self,
        tenant: &TenantId,
        of: &[DueJobs],
        now: Timestamp,
    ) -> Result<Vec<DueRow>, StoreError> {
        let Some(query) = look_ups::due(tenant, of, now) else {
            return Ok(Vec::new());
        };
        let db = &self.0;
        db.within(async {
            let rows = db.reads().query_all(&query).await.map_err(failed)?;
            let rows = rows.iter().map(|row| {
                let kind: String = row.try_get("", "kind").map_err(failed)?;
                Ok(DueRow {
                    kind: kind.into(),
                    job: Read::<Entity>::of(row, "").or_broken(),
                })
            });
            rows.collect()
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn claim(
        &self,
        seen: &Job,
        node: &NodeId,
        now: Timestamp,
    ) -> Result<Option<JobClaim>, StoreError> {
        let fence = next(seen.fence);
        let claim = Entity::update_many()
            .col_expr(Column::State, Expr::val(JobStatus::Running.as_str()))
            .col_expr(Column::RunAfter, Expr::value(None::<Timestamp>))
            .col_expr(Column::RunningSince, Expr::val(stored(now)))
            .col_expr(Column::Node, Expr::val(node.as_str()))
            .col_expr(Column::Fence, Expr::val(fence.0))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .filter(Column::Id.eq(seen.id.as_uuid()))
            .filter(Column::Fence.eq(seen.fence.0))
            .filter(Column::RunAfter.is_not_null())
            .filter(look_ups::is_not_paused());
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            match claim.exec(&tx).await {
                Ok(claimed) if claimed.rows_affected == 0 => return Ok(None),
                Ok(_) => {}
                // Someone works with its account.
                Err(error) if is_duplicate(&error) => return Ok(None),
                Err(error) => return Err(failed(error)),
            }
            let claim = JobClaim { id: seen.id, fence };
            attempts::began(&tx, claim, node, now).await?;
            commit(tx).await?;
            Ok(Some(claim))
        })
        .await
        .map_err(in_row(TABLE, seen.id))
    }

    async fn running(&self) -> Result<Vec<RunningJob>, StoreError> {
        let query = look_ups::running();
        let db = &self.0;
        db.within(async {
            let rows = db.reads().query_all(&query).await.map_err(failed)?;
            // What is not understood was not begun by this program.
            Ok(db.understood(reading::read::<Entity>(&rows)))
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn checkpoint(
        &self,
        claim: JobClaim,
        payload: &Payload,
        progress: Option<&Progress>,
    ) -> Result<(), StoreError> {
        let mut change = held(claim)
            .col_expr(Column::Payload, Expr::val(payload.0.as_str()))
            .col_expr(Column::Attempts, Expr::val(1))
            .col_expr(Column::Parks, Expr::val(0));
        if let Some(progress) = progress {
            change = change.col_expr(Column::Progress, Expr::val(written(progress)?));
        }
        let db = &self.0;
        db.within(write(db.writes(), claim, change))
            .await
            .map_err(in_row(TABLE, claim.id))
    }

    async fn tell_progress(&self, claim: JobClaim, progress: &Progress) -> Result<(), StoreError> {
        let change = held(claim).col_expr(Column::Progress, Expr::val(written(progress)?));
        let db = &self.0;
        db.within(write(db.writes(), claim, change))
            .await
            .map_err(in_row(TABLE, claim.id))
    }

    async fn release(
        &self,
        claim: JobClaim,
        release: Release,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let cancelled = cancelled_by(&tx, claim, &release).await?;
            let written = cancelled.as_ref().unwrap_or(&release);
            write(&tx, claim, released(held(claim), written, now)?).await?;
            attempts::ended(&tx, claim, &release, cancelled.is_some(), now).await?;
            if let Release::End(outcome) = written {
                note_end(&tx, claim.id, outcome, now).await?;
            }
            commit(tx).await
        })
        .await
        .map_err(in_row(TABLE, claim.id))
    }

    async fn abandon(&self, claims: &[JobClaim], now: Timestamp) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let mut put_back = 0;
            let tx = db.begin().await?;
            // Whoever else does it takes the rows in the same order.
            let mut claims = claims.to_vec();
            claims.sort_by_key(|claim| claim.id);
            for claim in &claims {
                let Some(cancel_by) = asked_to_end(&tx, *claim).await? else {
                    continue;
                };
                let outcome = cancel_by.map(|by| Outcome::Cancelled { by });
                let taken = taken_away(held(*claim), outcome.as_ref(), now)?;
                put_back += taken.exec(&tx).await.map_err(failed)?.rows_affected;
                attempts::abandoned(&tx, *claim, now).await?;
                if let Some(outcome) = &outcome {
                    note_end(&tx, claim.id, outcome, now).await?;
                }
            }
            commit(tx).await?;
            Ok(put_back)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn waiting(&self) -> Result<Vec<Waiting>, StoreError> {
        let db = &self.0;
        db.within(async {
            let mut waiting: Vec<Waiting> = Vec::new();
            loop {
                let after = waiting.last().map_or("", |it| it.kind.as_str()).to_owned();
                match next_waiting(db, &after).await? {
                    Some(next) => waiting.push(next),
                    None => return Ok(waiting),
                }
            }
        })
        .await
        .map_err(in_table(TABLE))
    }
}

/// The kind that comes after this one and of which a job waits. Each is looked
/// up, instead of reading all jobs that wait.
async fn next_waiting(db: &Database, after: &str) -> Result<Option<Waiting>, StoreError> {
    let next = look_ups::next_waiting(after);
    let Some(row) = db.reads().query_one(&next).await.map_err(failed)? else {
        return Ok(None);
    };
    let kind: String = row.try_get_by_index(0).map_err(failed)?;
    let count = look_ups::count_waiting(&kind);
    let counted = db.reads().query_one(&count).await.map_err(failed)?;
    let count: i64 = counted.map_or(Ok(0), |row| row.try_get_by_index(0).map_err(failed))?;
    Ok(Some(Waiting {
        kind: JobKind::from(kind),
        count: u32::try_from(count).unwrap_or(Waiting::COUNTED),
        first_due: row.try_get_by_index(1).map_err(failed)?,
    }))
}
