//! What is to be done to many rows: implements [`Selections`].

use std::collections::HashSet;

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, LockType, SelectStatement};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait,
    QueryFilter, QuerySelect, QueryTrait, Set,
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
use crate::frozen::{self, Kept};
use crate::handles::SelectionRows;
use crate::listing::{Scope, matching_accounts, matching_jobs};
use crate::rows::selection::{ActiveModel, Column, Entity, Model};
use crate::rows::{account, job, stored, tenant_id};
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
            let kept = Kept::InParts(filter.clone());
            ActiveModel {
                id: Set(id.as_uuid()),
                tenants: Set(written(tenants)?),
                filter: Set(written(&kept)?),
                frozen_at: Set(stored(now)),
                action: Set(None),
                begun_at: Set(None),
            }
            .insert(&tx)
            .await
            .map_err(failed)?;
            for scope in scopes(&tx, tenants, filter).await? {
                let ids = matching(filter, &scope, tx.get_database_backend());
                frozen::freeze(&tx, id, &scope, ids).await?;
            }
            let counts = counts(&tx, id, &kept).await?;
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
            let (selection, _) = understood(db.reads(), &row).await?;
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
            let (selection, kept) = understood(db.reads(), &row).await?;
            drift(db.reads(), &selection, &kept).await.map(Some)
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
            let kept: Kept = read(&row.filter)?;
            let ids = kept.after(db.reads(), id, &scope, after, limit).await?;
            let still = still_matching(db.reads(), kept.filter(), &scope, &ids).await?;
            let targets = ids.into_iter().map(|id| Target {
                id,
                still_matches: still.contains(&id),
            });
            Ok(targets.collect())
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

/// Those of these rows that a filter lets through.
async fn still_matching(
    db: &impl ConnectionTrait,
    filter: &BulkFilter,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>, StoreError> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut query = matching(filter, scope, db.get_database_backend());
    query.and_where(match filter {
        BulkFilter::Accounts(_) => account::Column::Id.is_in(ids.iter().copied()),
        BulkFilter::Jobs(_) => job::Column::Id.is_in(ids.iter().copied()),
    });
    let rows = db.query_all(&query).await.map_err(failed)?;
    let ids = rows.iter().map(|row| row.try_get("", "id").map_err(failed));
    ids.collect()
}

/// How many rows were frozen, by tenant.
async fn counts(
    db: &impl ConnectionTrait,
    id: SelectionId,
    kept: &Kept,
) -> Result<Vec<(Option<TenantId>, u64)>, StoreError> {
    let counts = kept.counts(db, id).await?;
    let counts = counts.into_iter().map(|(tenant, count)| {
        let tenant = (!tenant.is_empty()).then(|| tenant_id(tenant));
        Ok((tenant.transpose()?, count.unsigned_abs()))
    });
    counts.collect()
}

/// How what the filter lets through differs from what was frozen.
async fn drift(
    db: &impl ConnectionTrait,
    selection: &Selection,
    kept: &Kept,
) -> Result<Drift, StoreError> {
    let (mut come, mut still) = (0, 0);
    for scope in scopes(db, &selection.tenants, &selection.filter).await? {
        let frozen = kept.all(db, selection.id, &scope).await?;
        let frozen: HashSet<Uuid> = frozen.into_iter().collect();
        let matching = matching(&selection.filter, &scope, db.get_database_backend());
        for id in frozen::matching(db, matching).await? {
            if frozen.contains(&id) {
                still += 1;
            } else {
                come += 1;
            }
        }
    }
    let frozen = selection.count();
    Ok(Drift {
        frozen,
        gone: frozen.saturating_sub(still),
        come,
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
    let (selection, kept) = understood(tx, &row).await?;
    if !selection.tenants.are_within(tenants) || !action.is_about(&selection.filter) {
        return Ok(BulkBegun::NotFound);
    }
    let drift = drift(tx, &selection, &kept).await?;
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

/// A selection, and where its rows are.
async fn understood(
    db: &impl ConnectionTrait,
    row: &Model,
) -> Result<(Selection, Kept), StoreError> {
    let begun = row.action.as_deref().map(|name| {
        BulkAction::from_name(name).ok_or(StoreError::inconsistent("what is done to a selection"))
    });
    let id = SelectionId::from(row.id);
    let kept: Kept = read(&row.filter)?;
    let selection = Selection {
        id,
        tenants: read(&row.tenants)?,
        filter: kept.filter().clone(),
        at: row.frozen_at,
        counts: counts(db, id, &kept).await?,
        begun: begun.transpose()?,
    };
    Ok((selection, kept))
}

fn written(it: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(it).map_err(|_| StoreError::inconsistent("what cannot be written down"))
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::inconsistent("the filter of a selection"))
}
