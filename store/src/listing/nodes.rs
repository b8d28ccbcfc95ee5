//! Nodes: implements [`NodeListing`].

use async_trait::async_trait;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use sesame_domain::listing::{Tenants, Total};
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::listing::{NodeListing, NodeRow};
use sesame_domain::ports::{NodeRecord, StoreError};

use super::counted::count;
use super::scope::may_see;
use crate::database::{Database, failed, in_table};
use crate::handles::ListingRows;
use crate::reading;
use crate::rows::{job, login, node, session};

/// More nodes are not shown; those that are gone are forgotten after a while.
const MOST: u64 = 200;

#[async_trait]
impl NodeListing for ListingRows {
    async fn nodes(
        &self,
        tenants: &Tenants,
    ) -> Result<Vec<Result<NodeRow, BrokenRow>>, StoreError> {
        let query = node::Entity::find()
            .filter(may_see(tenants, node::Column::Tenant))
            .order_by_desc(node::Column::StartedAt)
            .order_by_desc(node::Column::Id)
            .limit(MOST);
        let db = &self.0;
        db.within(async {
            let mut rows = Vec::new();
            for row in reading::rows(db.reads(), query).await.map_err(failed)? {
                rows.push(match row.or_broken() {
                    Ok(node) => Ok(with_work(db, node).await?),
                    Err(broken) => Err(broken),
                });
            }
            Ok(rows)
        })
        .await
        .map_err(in_table("nodes"))
    }
}

/// The node, with how much it is at.
async fn with_work(db: &Database, node: NodeRecord) -> Result<NodeRow, StoreError> {
    // One that stopped in order has put everything back.
    let has_stopped = node.stopped_at.is_some();
    let [logins, sessions, jobs] = if has_stopped {
        [Total::default(); 3]
    } else {
        work_of(db, &node).await?
    };
    Ok(NodeRow {
        node,
        logins,
        sessions,
        jobs,
    })
}

async fn work_of(db: &Database, node: &NodeRecord) -> Result<[Total; 3], StoreError> {
    let name = node.id.as_str();
    let logins = login::Entity::find()
        .filter(login::Column::Tenant.eq(node.tenant.as_str()))
        .filter(login::Column::Node.eq(name))
        .filter(login::Column::EndedAt.is_null());
    let sessions = session::Entity::find().filter(session::Column::Node.eq(name));
    let jobs = job::Entity::find()
        .filter(job::Column::Node.eq(name))
        .filter(job::Column::RunningSince.is_not_null());
    let found = |look: SelectStatement| {
        let count = count(&look);
        sea_orm::sea_query::Expr::SubQuery(None, Box::new(count.into()))
    };
    let query = Query::select()
        .expr(found(logins.into_query()))
        .expr(found(sessions.into_query()))
        .expr(found(jobs.into_query()))
        .take();
    let row = db.reads().query_one(&query).await.map_err(failed)?;
    let row = row.ok_or(StoreError::inconsistent("an answer without a row"))?;
    let mut totals = [Total::default(); 3];
    for (place, total) in totals.iter_mut().enumerate() {
        let found: i64 = row.try_get_by_index(place).map_err(failed)?;
        *total = Total::of(found.unsigned_abs());
    }
    Ok(totals)
}
