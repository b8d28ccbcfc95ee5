//! What is to be done to many rows: implements [`Selections`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, Func, LockType, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
};
use sesame_domain::audit::Action;
use sesame_domain::bulk::{BulkAction, BulkFilter, Drift, Selection};
use sesame_domain::ids::{Owner, SelectionId, TenantId};
use sesame_domain::job::NewJob;
use sesame_domain::listing::Tenants;
use sesame_domain::order::Order;
use sesame_domain::ports::{BulkBegun, Selections, StoreError, Target};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::{Transaction, commit, failed, in_row, in_table};
use crate::handles::SelectionRows;
use crate::listing::{Scope, matching_accounts, matching_jobs};
use crate::rows::selection::{ActiveModel, Column, Entity, Model};
use crate::rows::{account, job, selection_row, stored, tenant_id};
use crate::{audit_log, jobs};

const TABLE: &str = "selections";
/// How long one that was begun can be looked up.
const KEPT: chrono::TimeDelta = chrono::TimeDelta::days(30);

#[async_trait]
impl Selections for SelectionRows {
    async fn freeze(
        &self,
        id: SelectionId,
        tenants: &Tenants,
        filter: &BulkFilter,
        now: Timestamp,
    ) -> Result<Selection, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            ActiveModel {
                id: Set(id.as_uuid()),
                tenants: Set(written(tenants)?),
                filter: Set(written(filter)?),
                frozen_at: Set(stored(now)),
                action: Set(None),
                begun_at: Set(None),
            }
            .insert(&tx)
            .await
            .map_err(failed)?;
            for scope in scopes(&tx, tenants, filter).await? {
                freeze(&tx, id, &scope, filter).await?;
            }
            let counts = counts(&tx, id).await?;
            commit(tx).await?;
            Ok(Selection {
                id,
                tenants: tenants.clone(),
                filter: filter.clone(),
                at: stored(now),
                counts,
                begun: None,
            })
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn find(
        &self,
        id: SelectionId,
        tenants: &Tenants,
    ) -> Result<Option<Selection>, StoreError> {
        let db = &self.0;
        db.within(async {
            let row = Entity::find_by_id(id.as_uuid()).one(db.reads()).await;
            let Some(row) = row.map_err(failed)? else {
                return Ok(None);
            };
            let selection = understood(&row, counts(db.reads(), id).await?)?;
            let theirs = selection.tenants.are_within(tenants);
            Ok(theirs.then_some(selection))
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn drift(&self, id: SelectionId) -> Result<Option<Drift>, StoreError> {
        let db = &self.0;
        db.within(async {
            let row = Entity::find_by_id(id.as_uuid()).one(db.reads()).await;
            let Some(row) = row.map_err(failed)? else {
                return Ok(None);
            };
            let selection = understood(&row, counts(db.reads(), id).await?)?;
            drift(db.reads(), &selection).await.map(Some)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn begin(
        &self,
        id: SelectionId,
        tenants: &Tenants,
        action: BulkAction,
        jobs: &[NewJob],
        order: &Order,
    ) -> Result<BulkBegun, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let begun = begin(&tx, id, tenants, action, jobs, order).await?;
            commit(tx).await?;
            Ok(begun)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn targets(
        &self,
        id: SelectionId,
        tenant: Option<&TenantId>,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Target>, StoreError> {
        let scope = tenant.map_or(Scope::NoOne, |tenant| Scope::Of(tenant.to_string()));
        let db = &self.0;
        db.within(async {
            let row = Entity::find_by_id(id.as_uuid()).one(db.reads()).await;
            let Some(row) = row.map_err(failed)? else {
                return Ok(Vec::new());
            };
            let filter = read(&row.filter)?;
            let backend = db.reads().get_database_backend();
            let query = frozen(id, &scope, after)
                .expr_as(Expr::exists(this_one(&filter, &scope, backend)), "still")
                .limit(u64::from(limit))
                .into_query();
            let rows = db.reads().query_all(&query).await.map_err(failed)?;
            let targets = rows.iter().map(|row| {
                Ok(Target {
                    id: row.try_get("", "id").map_err(failed)?,
                    still_matches: row.try_get("", "still").map_err(failed)?,
                })
            });
            targets.collect()
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn forget(&self, frozen_before: Timestamp) -> Result<u64, StoreError> {
        let never_begun = Condition::all()
            .add(Column::BegunAt.is_null())
            .add(Column::FrozenAt.lt(stored(frozen_before)));
        let begun = Column::BegunAt.lt(stored(frozen_before - KEPT));
        let db = &self.0;
        db.within(async {
            let forgotten = Entity::delete_many()
                .filter(Condition::any().add(never_begun).add(begun))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(forgotten.rows_affected)
        })
        .await
        .map_err(in_table(TABLE))
    }
}

/// Whose rows a filter is about.
async fn scopes(
    db: &impl ConnectionTrait,
    tenants: &Tenants,
    filter: &BulkFilter,
) -> Result<Vec<Scope>, StoreError> {
    let scopes = match filter {
        BulkFilter::Accounts(_) => Scope::among(db, tenants, "accounts").await,
        BulkFilter::Jobs(_) => Scope::with_no_ones(db, tenants, "jobs").await,
    };
    let mut scopes = scopes.map_err(failed)?;
    // What is of a tenant that no one here knows is left alone.
    scopes.retain(|scope| *scope == Scope::NoOne || scope.name().parse::<TenantId>().is_ok());
    Ok(scopes)
}

/// The ids of what a filter lets through.
fn matching(filter: &BulkFilter, scope: &Scope, backend: DbBackend) -> SelectStatement {
    match filter {
        BulkFilter::Accounts(filter) => matching_accounts(filter, scope, backend)
            .select_only()
            .column(account::Column::Id)
            .into_query(),
        BulkFilter::Jobs(filter) => {
            let bulk = BulkAction::ALL.map(|action| action.job_kind().as_str().to_owned());
            matching_jobs(filter, scope, backend)
                .filter(job::Column::Kind.is_not_in(bulk))
                .select_only()
                .column(job::Column::Id)
                .into_query()
        }
    }
}

/// The row of a list that was frozen as this row, if a filter lets it through.
fn this_one(filter: &BulkFilter, scope: &Scope, backend: DbBackend) -> SelectStatement {
    let mut one = matching(filter, scope, backend);
    one.and_where(Expr::cust(match filter {
        BulkFilter::Accounts(_) => "accounts.id = selection_rows.id",
        BulkFilter::Jobs(_) => "jobs.id = selection_rows.id",
    }));
    one
}

/// Freezes what a filter lets through of these.
async fn freeze(
    tx: &Transaction,
    id: SelectionId,
    scope: &Scope,
    filter: &BulkFilter,
) -> Result<(), StoreError> {
    let mut rows = matching(filter, scope, tx.get_database_backend());
    rows.expr(Expr::val(id.as_uuid()))
        .expr(Expr::val(scope.name()));
    let mut insert = Query::insert();
    insert.into_table(selection_row::Entity).columns([
        selection_row::Column::Id,
        selection_row::Column::Selection,
        selection_row::Column::Tenant,
    ]);
    insert
        .select_from(rows)
        .map_err(|_| StoreError::inconsistent("a selection that cannot be frozen"))?;
    tx.execute(&insert).await.map_err(failed)?;
    Ok(())
}

/// The frozen rows of these, by id, after that one.
fn frozen(
    id: SelectionId,
    scope: &Scope,
    after: Option<Uuid>,
) -> sea_orm::Select<selection_row::Entity> {
    let rows = selection_row::Entity::find()
        .select_only()
        .column(selection_row::Column::Id)
        .filter(selection_row::Column::Selection.eq(id.as_uuid()))
        .filter(selection_row::Column::Tenant.eq(scope.name()))
        .order_by_asc(selection_row::Column::Id);
    match after {
        Some(after) => rows.filter(selection_row::Column::Id.gt(after)),
        None => rows,
    }
}

/// How many rows were frozen, by tenant.
async fn counts(
    db: &impl ConnectionTrait,
    id: SelectionId,
) -> Result<Vec<(Option<TenantId>, u64)>, StoreError> {
    let counts: Vec<(String, i64)> = selection_row::Entity::find()
        .filter(selection_row::Column::Selection.eq(id.as_uuid()))
        .select_only()
        .column(selection_row::Column::Tenant)
        .expr_as(Expr::cust("COUNT(*)"), "found")
        .group_by(selection_row::Column::Tenant)
        .order_by_asc(selection_row::Column::Tenant)
        .into_tuple()
        .all(db)
        .await
        .map_err(failed)?;
    let counts = counts.into_iter().map(|(tenant, count)| {
        let tenant = (!tenant.is_empty()).then(|| tenant_id(tenant));
        Ok((tenant.transpose()?, count.unsigned_abs()))
    });
    counts.collect()
}

/// How what the filter lets through differs from what was frozen.
async fn drift(db: &impl ConnectionTrait, selection: &Selection) -> Result<Drift, StoreError> {
    let backend = db.get_database_backend();
    let frozen = selection.count();
    let (mut now, mut still) = (0, 0);
    for scope in scopes(db, &selection.tenants, &selection.filter).await? {
        let matching = matching(&selection.filter, &scope, backend);
        let was_frozen = selection_row::Entity::find()
            .select_only()
            .column(selection_row::Column::Id)
            .filter(selection_row::Column::Selection.eq(selection.id.as_uuid()))
            .filter(selection_row::Column::Tenant.eq(scope.name()))
            .filter(Expr::cust("selection_rows.id = now_there.id"))
            .into_query();
        let one = Expr::case(Expr::exists(was_frozen), 1).finally(0);
        let query = Query::select()
            .expr_as(Expr::cust("COUNT(*)"), "now")
            .expr_as(
                Func::coalesce([
                    Func::cast_as(Func::sum(one), "bigint").into(),
                    Expr::val(0_i64),
                ]),
                "still",
            )
            .from_subquery(matching, "now_there")
            .take();
        let row = db.query_one(&query).await.map_err(failed)?;
        let row = row.ok_or(StoreError::inconsistent("a count without a row"))?;
        let number = |column| row.try_get::<i64>("", column).map_err(failed);
        now += number("now")?.unsigned_abs();
        still += number("still")?.unsigned_abs();
    }
    Ok(Drift {
        frozen,
        gone: frozen.saturating_sub(still),
        come: now.saturating_sub(still),
    })
}

async fn begin(
    tx: &Transaction,
    id: SelectionId,
    tenants: &Tenants,
    action: BulkAction,
    jobs: &[NewJob],
    order: &Order,
) -> Result<BulkBegun, StoreError> {
    let query = Entity::find_by_id(id.as_uuid()).lock(LockType::Update);
    let Some(row) = query.one(tx).await.map_err(failed)? else {
        return Ok(BulkBegun::NotFound);
    };
    if row.action.is_some() {
        return Ok(BulkBegun::Already);
    }
    let selection = understood(&row, counts(tx, id).await?)?;
    if !selection.tenants.are_within(tenants) || !action.is_about(&selection.filter) {
        return Ok(BulkBegun::NotFound);
    }
    let drift = drift(tx, &selection).await?;
    if drift.is_too_much() {
        return Ok(BulkBegun::Changed(drift));
    }
    for job in jobs {
        jobs::enqueue(tx, job).await?;
        let owner = job.owner.clone().unwrap_or_else(Owner::instance);
        let mut entry = order.entry(owner, id.as_uuid(), Action::BulkBegun);
        let count = of(&selection, job.owner.as_ref());
        entry.reason = format!("{} {count}: {}", action.as_str(), order.reason).into();
        audit_log::append(tx, entry).await?;
    }
    Entity::update_many()
        .col_expr(Column::Action, Expr::val(action.as_str()))
        .col_expr(Column::BegunAt, Expr::val(stored(order.at)))
        .filter(Column::Id.eq(id.as_uuid()))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(BulkBegun::Begun)
}

/// How many rows of a tenant were frozen.
fn of(selection: &Selection, owner: Option<&Owner>) -> u64 {
    let tenant = owner.map(|owner| &owner.tenant);
    let counts = selection.counts.iter();
    let mut theirs = counts.filter(|(whose, _)| whose.as_ref() == tenant);
    theirs.next().map_or(0, |(_, count)| *count)
}

fn understood(row: &Model, counts: Vec<(Option<TenantId>, u64)>) -> Result<Selection, StoreError> {
    let begun = row.action.as_deref().map(|name| {
        BulkAction::from_name(name).ok_or(StoreError::inconsistent("what is done to a selection"))
    });
    Ok(Selection {
        id: SelectionId::from(row.id),
        tenants: read(&row.tenants)?,
        filter: read(&row.filter)?,
        at: row.frozen_at,
        counts,
        begun: begun.transpose()?,
    })
}

fn written(it: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(it).map_err(|_| StoreError::inconsistent("what cannot be written down"))
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::inconsistent("the filter of a selection"))
}
