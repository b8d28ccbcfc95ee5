//! What was done when: implements [`Duties`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QueryTrait,
    UpdateMany,
};
use sesame_domain::duty::{Duty, DutyRecord};
use sesame_domain::ids::{Fence, NodeId};
use sesame_domain::ports::{Duties, StoreError};
use sesame_domain::time::{CLOCKS_DIFFER, Timestamp};

use crate::database::{Database, failed};
use crate::rows::duty::{ActiveModel, Column, Entity};
use crate::rows::stored;

#[async_trait]
impl Duties for Database {
    async fn records(&self) -> Result<Vec<DutyRecord>, StoreError> {
        self.within(async {
            let rows = Entity::find()
                .order_by_asc(Column::Name)
                .all(self.reads())
                .await
                .map_err(failed)?;
            // A later version has duties that this one does not know.
            let rows = rows
                .into_iter()
                .filter(|row| Duty::from_name(&row.name).is_some());
            rows.map(DutyRecord::try_from).collect()
        })
        .await
    }

    async fn begin(
        &self,
        duty: Duty,
        node: &NodeId,
        now: Timestamp,
        not_since: Timestamp,
    ) -> Result<Option<Fence>, StoreError> {
        let began_at = || Expr::col((Entity, Column::BeganAt));
        // One statement, so that of two nodes the second sees what the first did.
        let again = OnConflict::column(Column::Name)
            .value(Column::Fence, Expr::col((Entity, Column::Fence)).add(1))
            .update_columns([Column::Node, Column::BeganAt])
            .action_and_where(
                began_at()
                    .lt(stored(not_since))
                    .or(began_at().gt(stored(now + CLOCKS_DIFFER))),
            )
            .to_owned();
        let mut claim = Entity::insert(ActiveModel::first(duty, node, now))
            .on_conflict(again)
            .into_query();
        claim.returning(Query::returning().column(Column::Fence));
        self.within(async {
            let row = self.writes().query_one(&claim).await.map_err(failed)?;
            row.map(|row| row.try_get_by_index(0).map(Fence).map_err(failed))
                .transpose()
        })
        .await
    }

    async fn done(
        &self,
        duty: Duty,
        fence: Fence,
        now: Timestamp,
        report: &str,
    ) -> Result<(), StoreError> {
        let done = claimed(duty, fence)
            .col_expr(Column::DoneAt, Expr::val(stored(now)))
            .col_expr(Column::Failures, Expr::val(0))
            .col_expr(Column::Report, Expr::val(report));
        self.within(write(self, done)).await
    }

    async fn failed(
        &self,
        duty: Duty,
        fence: Fence,
        now: Timestamp,
        report: &str,
    ) -> Result<(), StoreError> {
        let failed = claimed(duty, fence)
            .col_expr(Column::FailedAt, Expr::val(stored(now)))
            .col_expr(Column::Failures, Expr::col(Column::Failures).add(1))
            .col_expr(Column::Report, Expr::val(report));
        self.within(write(self, failed)).await
    }
}

/// Changes a duty as long as no one began it anew.
fn claimed(duty: Duty, fence: Fence) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Name.eq(duty.as_str()))
        .filter(Column::Fence.eq(fence.0))
}

async fn write(db: &Database, change: UpdateMany<Entity>) -> Result<(), StoreError> {
    let written = change.exec(db.writes()).await.map_err(failed)?;
    if written.rows_affected == 0 {
        return Err(StoreError::Fenced);
    }
    Ok(())
}
