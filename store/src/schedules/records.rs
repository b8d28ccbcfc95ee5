//! What was done when: implements [`Schedules`].

use async_trait::async_trait;
use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, InsertStatement, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QueryTrait,
    UpdateMany,
};
use sesame_domain::ids::{Fence, JobId, NodeId};
use sesame_domain::job::{JobKind, NewJob};
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::{RowName, Schedules, StoreError};
use sesame_domain::schedule::ScheduleRecord;
use sesame_domain::time::{CLOCKS_DIFFER, Timestamp};

use super::ending::{has_failed, is_done};
use crate::database::{Database, Transaction, commit, failed, in_table};
use crate::handles::ScheduleRows;
use crate::jobs;
use crate::reading::{self, Read};
use crate::rows::schedule::{ActiveModel, Column, Entity};
use crate::rows::stored;

const TABLE: &str = "schedules";

#[async_trait]
impl Schedules for ScheduleRows {
    async fn records(&self) -> Result<Vec<Result<ScheduleRecord, BrokenRow>>, StoreError> {
        let query = Entity::find().order_by_asc(Column::Kind);
        let db = &self.0;
        db.within(async {
            let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
            Ok(rows.into_iter().map(Read::or_broken).collect())
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn ask(
        &self,
        job: &NewJob,
        node: &NodeId,
        not_since: Timestamp,
    ) -> Result<Option<JobId>, StoreError> {
        let claim = claim(&job.kind, node, job.created_at, not_since, Some(job.id));
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            // In the order in which the end of a job is noted.
            let asked = jobs::enqueue(&tx, job).await?;
            let is_theirs = asked.is_new && tx.query_one(&claim).await.map_err(failed)?.is_some();
            if !is_theirs {
                // It is under way, or was begun: nothing is asked for.
                return Ok(None);
            }
            commit(tx).await?;
            Ok(Some(asked.id))
        })
        .await
        .map_err(about(&job.kind))
    }

    async fn begin(
        &self,
        kind: &JobKind,
        node: &NodeId,
        now: Timestamp,
        not_since: Timestamp,
    ) -> Result<Option<Fence>, StoreError> {
        let claim = claim(kind, node, now, not_since, None);
        let db = &self.0;
        db.within(async {
            let row = db.writes().query_one(&claim).await.map_err(failed)?;
            row.map(|row| row.try_get_by_index(0).map(Fence).map_err(failed))
                .transpose()
        })
        .await
        .map_err(about(kind))
    }

    async fn done(
        &self,
        kind: &JobKind,
        fence: Fence,
        now: Timestamp,
        report: &str,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        let change = is_done(claimed(kind, fence), now, report);
        db.within(write(db, kind, change))
            .await
            .map_err(about(kind))
    }

    async fn failed(
        &self,
        kind: &JobKind,
        fence: Fence,
        now: Timestamp,
        report: &str,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        let change = has_failed(claimed(kind, fence), now, report);
        db.within(write(db, kind, change))
            .await
            .map_err(about(kind))
    }
}

/// It is begun by this job from now on, whenever it was begun before.
pub(crate) async fn begin_now(
    tx: &Transaction,
    job: &NewJob,
    node: &NodeId,
) -> Result<(), StoreError> {
    // As if it had been due for ever: one more than any moment that counts.
    let not_since = job.created_at + CLOCKS_DIFFER + TimeDelta::seconds(1);
    let claim = claim(&job.kind, node, job.created_at, not_since, Some(job.id));
    tx.query_one(&claim).await.map_err(failed)?;
    Ok(())
}

/// One statement, so that of two nodes the second sees what the first did.
fn claim(
    kind: &JobKind,
    node: &NodeId,
    now: Timestamp,
    not_since: Timestamp,
    job: Option<JobId>,
) -> InsertStatement {
    let began_at = || Expr::col((Entity, Column::BeganAt));
    let again = OnConflict::column(Column::Kind)
        .value(Column::Fence, Expr::col((Entity, Column::Fence)).add(1))
        .update_columns([Column::Node, Column::BeganAt, Column::Job])
        .action_and_where(
            began_at()
                .lt(stored(not_since))
                .or(began_at().gt(stored(now + CLOCKS_DIFFER))),
        )
        .to_owned();
    let mut claim = Entity::insert(ActiveModel::first(kind, node, now, job))
        .on_conflict(again)
        .into_query();
    claim.returning(Query::returning().column(Column::Fence));
    claim
}

/// Changes a schedule as long as no one began it anew.
fn claimed(kind: &JobKind, fence: Fence) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::Fence.eq(fence.0))
}

async fn write(
    db: &Database,
    kind: &JobKind,
    change: UpdateMany<Entity>,
) -> Result<(), StoreError> {
    let written = change.exec(db.writes()).await.map_err(failed)?;
    if written.rows_affected == 0 {
        return Err(StoreError::Fenced(name(kind)));
    }
    Ok(())
}

fn name(kind: &JobKind) -> RowName {
    RowName::new(TABLE, format!("kind {}", kind.as_str()))
}

/// Names the schedule that a failure was about.
fn about(kind: &JobKind) -> impl FnOnce(StoreError) -> StoreError {
    let row = name(kind);
    move |error| error.about(row)
}
