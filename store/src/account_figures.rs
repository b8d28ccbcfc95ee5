//! How many accounts do how: implements [`AccountFigures`].

use async_trait::async_trait;
use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sesame_domain::ports::{AccountFigure, AccountFigures, StoreError};
use sesame_domain::time::{Age, Timestamp};

use crate::database::{Database, Transaction, commit, failed, in_table};
use crate::handles::AccountFigureRows;
use crate::reading;
use crate::rows::account_figure::{ActiveModel, Column, Entity};
use crate::rows::{account, stored};

const TABLE: &str = "account_figures";

#[async_trait]
impl AccountFigures for AccountFigureRows {
    async fn by_health(
        &self,
        now: Timestamp,
        max_age: TimeDelta,
    ) -> Result<Vec<AccountFigure>, StoreError> {
        let db = &self.0;
        db.within(async {
            if !is_fresh(db, now, max_age).await? {
                let tx = db.begin().await?;
                count(&tx, now).await?;
                commit(tx).await?;
            }
            let rows = reading::rows(db.reads(), Entity::find()).await;
            Ok(db.understood(rows.map_err(failed)?))
        })
        .await
        .map_err(in_table(TABLE))
    }
}

/// Whether they were counted within that time. What a clock that was ahead
/// counted is not.
async fn is_fresh(db: &Database, now: Timestamp, max_age: TimeDelta) -> Result<bool, StoreError> {
    let newest: Option<Timestamp> = Entity::find()
        .select_only()
        .column(Column::CountedAt)
        .order_by_desc(Column::CountedAt)
        .limit(1)
        .into_tuple()
        .one(db.reads())
        .await
        .map_err(failed)?;
    Ok(newest.is_some_and(|at| !Age::of(at, now).is_over(max_age)))
}

/// Counts all of them, by an index alone.
async fn count(tx: &Transaction, now: Timestamp) -> Result<(), StoreError> {
    use account::Column as Of;
    let counted: Vec<(String, String, Option<String>, i64)> = account::Entity::find()
        .select_only()
        .columns([Of::Tenant, Of::Health, Of::HealthCause])
        .expr_as(Expr::cust("COUNT(*)"), "counted")
        .group_by(Of::Tenant)
        .group_by(Of::Health)
        .group_by(Of::HealthCause)
        // Whoever else counts at the same moment takes the rows in this order.
        .order_by_asc(Of::Tenant)
        .order_by_asc(Of::Health)
        .order_by_asc(Of::HealthCause)
        .into_tuple()
        .all(tx)
        .await
        .map_err(failed)?;
    for (tenant, health, cause, accounts) in counted {
        let row = ActiveModel::of((tenant, health, cause), accounts, now);
        Entity::insert(row)
            .on_conflict(anew())
            .exec_without_returning(tx)
            .await
            .map_err(failed)?;
    }
    // Of those there are none any more.
    Entity::delete_many()
        .filter(Column::CountedAt.ne(stored(now)))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

fn anew() -> OnConflict {
    OnConflict::columns([Column::Tenant, Column::Health, Column::Cause])
        .update_columns([Column::Accounts, Column::CountedAt])
        .to_owned()
}
