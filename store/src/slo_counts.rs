//! What was counted of the promises: implements [`SloCounts`].

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::DateTime;
use sea_orm::sea_query::{Expr, Func, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    QueryTrait,
};
use sesame_domain::listing::Tenants;
use sesame_domain::ports::{SloCount, SloCounts, SloStretch, StoreError};
use sesame_domain::slo::{Counted, Slo};
use sesame_domain::time::Timestamp;

use crate::database::{Database, commit, failed, in_table};
use crate::handles::SloRows;
use crate::listing::Scope;
use crate::rows::slo_hour::{ActiveModel, Column, Entity};

const TABLE: &str = "slo_hours";

#[async_trait]
impl SloCounts for SloRows {
    async fn add(&self, counts: &[SloCount]) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            for ((_, hour, _), count) in by_row(counts) {
                Entity::insert(ActiveModel::of(&count, hour))
                    .on_conflict(added())
                    .exec_without_returning(&tx)
                    .await
                    .map_err(failed)?;
            }
            commit(tx).await
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn counted(
        &self,
        tenants: &Tenants,
        since: Timestamp,
        until: Timestamp,
        stretch_hours: u32,
    ) -> Result<Vec<SloStretch>, StoreError> {
        let hours = i64::from(Ord::max(stretch_hours, 1));
        let db = &self.0;
        db.within(async {
            let query = Entity::find()
                .filter(of(db, tenants).await?)
                .filter(Column::Hour.gte(hour_of(since)))
                .filter(Column::Hour.lte(hour_of(until)))
                .select_only()
                .column(Column::Slo)
                .expr_as(Expr::cust(format!("hour / {hours}")), "stretch")
                .expr_as(sum(Column::Events), "events")
                .expr_as(sum(Column::Errors), "errors")
                .group_by(Column::Slo)
                .group_by(Expr::cust(format!("hour / {hours}")))
                .into_query();
            let rows = db.reads().query_all(&query).await.map_err(failed)?;
            let mut stretches = Vec::new();
            for row in rows {
                let name: String = row.try_get("", "slo").map_err(failed)?;
                let number = |column| row.try_get::<i64>("", column).map_err(failed);
                let stretch = number("stretch")?;
                let from = DateTime::from_timestamp(stretch * hours * 3_600, 0);
                if let (Some(slo), Some(from)) = (Slo::from_name(&name), from) {
                    let counted = Counted {
                        events: number("events")?.unsigned_abs(),
                        errors: number("errors")?.unsigned_abs(),
                    };
                    stretches.push(SloStretch { slo, from, counted });
                }
            }
            stretches.sort_by_key(|it| (it.from, it.slo));
            Ok(stretches)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let forgotten = Entity::delete_many()
                .filter(of(db, &Tenants::All).await?)
                .filter(Column::Hour.lt(hour_of(before)))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(forgotten.rows_affected)
        })
        .await
        .map_err(in_table(TABLE))
    }
}

/// The number of the hour of a moment, since 1970.
fn hour_of(moment: Timestamp) -> i64 {
    moment.timestamp().div_euclid(3_600)
}

/// What is added to each row, in the order of the key: two nodes never wait for
/// each other in a circle.
fn by_row(counts: &[SloCount]) -> BTreeMap<(String, i64, &'static str), SloCount> {
    let mut rows: BTreeMap<_, SloCount> = BTreeMap::new();
    for count in counts {
        let key = (
            count.tenant.to_string(),
            hour_of(count.at),
            count.slo.as_str(),
        );
        rows.entry(key)
            .and_modify(|row| row.counted += count.counted)
            .or_insert_with(|| count.clone());
    }
    rows
}

/// A row that is there has this added.
fn added() -> OnConflict {
    let more = |column: Column| {
        let added = Expr::col(("excluded", column));
        (column, Expr::col((Entity, column)).add(added))
    };
    OnConflict::columns([Column::Tenant, Column::Hour, Column::Slo])
        .values([more(Column::Events), more(Column::Errors)])
        .to_owned()
}

/// Rows of these tenants. Named one by one: the key begins with the tenant.
async fn of(db: &Database, tenants: &Tenants) -> Result<Condition, StoreError> {
    let scopes = Scope::among(db.reads(), tenants, TABLE).await;
    let scopes = scopes.map_err(failed)?;
    let names = scopes.iter().map(|it| it.name().to_owned());
    Ok(Condition::all().add(Column::Tenant.is_in(names)))
}

/// A sum of whole numbers has more room than they do: it is brought back.
fn sum(column: Column) -> Expr {
    Func::cast_as(Func::sum(Expr::col(column)), "bigint").into()
}
