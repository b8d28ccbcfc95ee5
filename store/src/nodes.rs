//! The nodes: implements [`Nodes`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{NodeRecord, Nodes, StoreError};
use sesame_domain::time::Timestamp;

use crate::database::{failed, in_row, in_table};
use crate::handles::NodeRows;
use crate::rows::node::{ActiveModel, Column, Entity};
use crate::rows::stored;

const TABLE: &str = "nodes";

#[async_trait]
impl Nodes for NodeRows {
    async fn seen(&self, node: &NodeRecord) -> Result<(), StoreError> {
        let again = OnConflict::column(Column::Id)
            .update_columns([
                Column::Tenant,
                Column::Version,
                Column::Host,
                Column::SeenAt,
                Column::StoppedAt,
            ])
            .to_owned();
        let db = &self.0;
        db.within(async {
            Entity::insert(ActiveModel::of(node))
                .on_conflict(again)
                .exec_without_returning(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_row(TABLE, &node.id))
    }

    async fn stopped(&self, node: &NodeId, now: Timestamp) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::update_many()
                .col_expr(Column::StoppedAt, Expr::val(stored(now)))
                .filter(Column::Id.eq(node.as_str()))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_row(TABLE, node))
    }

    async fn forget(&self, seen_before: Timestamp) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let forgotten = Entity::delete_many()
                .filter(Column::SeenAt.lt(stored(seen_before)))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(forgotten.rows_affected)
        })
        .await
        .map_err(in_table(TABLE))
    }
}
