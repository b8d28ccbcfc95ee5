//! Figures over all rows: implements [`OverviewFigures`].

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use sea_orm::sea_query::{Expr, Func, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryResult,
    QuerySelect, QueryTrait, Select,
};
use sesame_domain::listing::Tenants;
use sesame_domain::ports::StoreError;
use sesame_domain::ports::listing::{
    EndingFigure, FunnelBucket, HealthFigure, LiveFigure, OverviewFigures, TenantFigures,
};
use sesame_domain::time::Timestamp;

use super::scope::Scope;
use crate::database::{Database, failed, in_table};
use crate::handles::ListingRows;
use crate::rows::account;
use crate::rows::login::{Column, Entity, public_name};
use crate::rows::stored;

/// More stretches are not made: a week by minutes.
const MOST_BUCKETS: i64 = 7 * 24 * 60;

#[async_trait]
impl OverviewFigures for ListingRows {
    async fn funnel(
        &self,
        tenants: &Tenants,
        since: Timestamp,
        until: Timestamp,
        stretch: TimeDelta,
    ) -> Result<Vec<FunnelBucket>, StoreError> {
        let db = &self.0;
        db.within(async {
            let seconds = Ord::max(stretch.num_minutes(), 1) * 60;
            let mut buckets = empty_buckets(since, until, seconds);
            let bucket = bucket(db.reads().get_database_backend(), seconds);
            let query = far(began(db, tenants, since, until).await?.select_only())
                .expr_as(bucket, "bucket")
                .group_by(Expr::cust("bucket"))
                .into_query();
            for row in all(db, &query).await? {
                let number: i64 = get(&row, "bucket")?;
                if let Some(bucket) = buckets.get_mut(&(number * seconds)) {
                    let [started, scanned, linked] = how_far(&row)?;
                    *bucket = FunnelBucket {
                        started,
                        scanned,
                        linked,
                        ..*bucket
                    };
                }
            }
            Ok(buckets.into_values().collect())
        })
        .await
        .map_err(in_table("logins"))
    }

    async fn endings(
        &self,
        tenants: &Tenants,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<EndingFigure>, StoreError> {
        let db = &self.0;
        db.within(async {
            let ended = began(db, tenants, since, until).await?;
            let query = ended
                .filter(Column::EndedAt.is_not_null())
                .select_only()
                .columns([Column::State, Column::FailureCode])
                .expr_as(Expr::cust("COUNT(*)"), "found")
                .group_by(Column::State)
                .group_by(Column::FailureCode)
                .into_query();
            let rows = all(db, &query).await?;
            let figures = rows.iter().map(|row| {
                Ok(EndingFigure {
                    status: get(row, "state")?,
                    failure: get(row, "failure_code")?,
                    logins: number(row, "found")?,
                })
            });
            let mut figures = figures.collect::<Result<Vec<_>, StoreError>>()?;
            figures.sort_by_key(|it| std::cmp::Reverse(it.logins));
            Ok(figures)
        })
        .await
        .map_err(in_table("logins"))
    }

    async fn live_logins(&self, tenants: &Tenants) -> Result<Vec<LiveFigure>, StoreError> {
        let db = &self.0;
        db.within(async {
            let live = Entity::find()
                .filter(of(db, tenants, "logins", Column::Tenant).await?)
                .filter(Column::EndedAt.is_null());
            let query = live
                .select_only()
                .column(Column::State)
                .expr_as(Expr::cust("setback_retry_at IS NOT NULL"), "waits")
                .expr_as(Expr::cust("COUNT(*)"), "found")
                .group_by(Column::State)
                .group_by(Expr::cust("setback_retry_at IS NOT NULL"))
                .into_query();
            let mut figures: BTreeMap<(String, bool), u64> = BTreeMap::new();
            for row in all(db, &query).await? {
                let state: String = get(&row, "state")?;
                let status = public_name(&state).to_owned();
                *figures.entry((status, get(&row, "waits")?)).or_default() +=
                    number(&row, "found")?;
            }
            let figures = figures.into_iter();
            Ok(figures
                .map(|((status, is_waiting), logins)| LiveFigure {
                    status,
                    is_waiting,
                    logins,
                })
                .collect())
        })
        .await
        .map_err(in_table("logins"))
    }

    async fn health(
        &self,
        tenants: &Tenants,
        since: Timestamp,
    ) -> Result<Vec<HealthFigure>, StoreError> {
        let db = &self.0;
        db.within(async {
            let newly = account::Column::HealthSince.gte(stored(since));
            let query = account::Entity::find()
                .filter(of(db, tenants, "accounts", account::Column::Tenant).await?)
                .select_only()
                .columns([account::Column::Health, account::Column::HealthCause])
                .expr_as(Expr::cust("COUNT(*)"), "found")
                .expr_as(how_many(newly), "newly")
                .group_by(account::Column::Health)
                .group_by(account::Column::HealthCause)
                .into_query();
            let rows = all(db, &query).await?;
            let figures = rows.iter().map(|row| {
                Ok(HealthFigure {
                    health: get(row, "health")?,
                    cause: get(row, "health_cause")?,
                    accounts: number(row, "found")?,
                    newly: number(row, "newly")?,
                })
            });
            let mut figures = figures.collect::<Result<Vec<_>, StoreError>>()?;
            figures.sort_by_key(|it| std::cmp::Reverse(it.accounts));
            Ok(figures)
        })
        .await
        .map_err(in_table("accounts"))
    }

    async fn by_tenant(
        &self,
        tenants: &Tenants,
        since: Timestamp,
    ) -> Result<Vec<TenantFigures>, StoreError> {
        let db = &self.0;
        db.within(async {
            let mut figures: BTreeMap<String, [u64; 4]> = BTreeMap::new();
            let query = account::Entity::find()
                .filter(of(db, tenants, "accounts", account::Column::Tenant).await?)
                .select_only()
                .column(account::Column::Tenant)
                .expr_as(Expr::cust("COUNT(*)"), "found")
                .group_by(account::Column::Tenant)
                .into_query();
            for row in all(db, &query).await? {
                figures.entry(get(&row, "tenant")?).or_default()[0] = number(&row, "found")?;
            }
            let logins = Entity::find()
                .filter(of(db, tenants, "logins", Column::Tenant).await?)
                .filter(Column::CreatedAt.gte(stored(since)));
            let query = far(logins.select_only())
                .column(Column::Tenant)
                .group_by(Column::Tenant)
                .into_query();
            for row in all(db, &query).await? {
                let [started, scanned, linked] = how_far(&row)?;
                let figures = figures.entry(get(&row, "tenant")?).or_default();
                *figures = [figures[0], started, scanned, linked];
            }
            // Names of a newer program are no tenants here.
            let known = figures.into_iter().filter_map(|(name, figures)| {
                let [accounts, started, scanned, linked] = figures;
                Some(TenantFigures {
                    tenant: name.try_into().ok()?,
                    accounts,
                    started,
                    scanned,
                    linked,
                })
            });
            Ok(known.collect())
        })
        .await
        .map_err(in_table("accounts"))
    }
}

/// Rows of these tenants. Named one by one: the indexes begin with the tenant.
async fn of(
    db: &Database,
    tenants: &Tenants,
    table: &str,
    tenant: impl ColumnTrait,
) -> Result<Condition, StoreError> {
    let scopes = Scope::among(db.reads(), tenants, table).await;
    let scopes = scopes.map_err(failed)?;
    let named = tenant.is_in(scopes.iter().map(|it| it.name().to_owned()));
    Ok(Condition::all().add(named))
}

/// Logins of these tenants that began in that time.
async fn began(
    db: &Database,
    tenants: &Tenants,
    since: Timestamp,
    until: Timestamp,
) -> Result<Select<Entity>, StoreError> {
    Ok(Entity::find()
        .filter(of(db, tenants, "logins", Column::Tenant).await?)
        .filter(Column::CreatedAt.gte(stored(since)))
        .filter(Column::CreatedAt.lt(stored(until))))
}

/// How far logins got, as columns.
fn far(logins: Select<Entity>) -> Select<Entity> {
    logins
        .expr_as(Expr::cust("COUNT(*)"), "started")
        .expr_as(how_many(Column::ScannedAt.is_not_null()), "scanned")
        .expr_as(how_many(Column::State.eq("authorized")), "linked")
}

fn how_far(row: &QueryResult) -> Result<[u64; 3], StoreError> {
    let columns = ["started", "scanned", "linked"];
    let [started, scanned, linked] = columns.map(|column| number(row, column));
    Ok([started?, scanned?, linked?])
}

/// Of how many rows this holds.
fn how_many(what: Expr) -> Expr {
    let one = Expr::case(what, 1).finally(0);
    // A sum of whole numbers has more room than they do: bring it back.
    Func::cast_as(Func::sum(one), "bigint").into()
}

/// In which stretch of so many seconds a login began, counted from 1970.
fn bucket(backend: DbBackend, seconds: i64) -> Expr {
    Expr::cust(if backend == DbBackend::Sqlite {
        format!("CAST(strftime('%s', created_at) AS INTEGER) / {seconds}")
    } else {
        format!("floor(extract(epoch FROM created_at) / {seconds})::bigint")
    })
}

/// Stretches in which none began, by their first second.
fn empty_buckets(since: Timestamp, until: Timestamp, seconds: i64) -> BTreeMap<i64, FunnelBucket> {
    let first = since.timestamp().div_euclid(seconds);
    let last = until - TimeDelta::microseconds(1);
    let last = last.timestamp().div_euclid(seconds);
    let numbers = first..=Ord::min(last, first + MOST_BUCKETS);
    let buckets = numbers.filter_map(|number| {
        let from = DateTime::from_timestamp(number * seconds, 0)?;
        let bucket = FunnelBucket {
            from,
            started: 0,
            scanned: 0,
            linked: 0,
        };
        Some((number * seconds, bucket))
    });
    buckets.collect()
}

async fn all(db: &Database, query: &SelectStatement) -> Result<Vec<QueryResult>, StoreError> {
    db.reads().query_all(query).await.map_err(failed)
}

fn get<T: sea_orm::TryGetable>(row: &QueryResult, column: &str) -> Result<T, StoreError> {
    row.try_get("", column).map_err(failed)
}

fn number(row: &QueryResult, column: &str) -> Result<u64, StoreError> {
    let number: i64 = get(row, column)?;
    Ok(number.unsigned_abs())
}
