//! The strands of a tenant's audit: which one a transaction writes to.

use sea_orm::sea_query::{Expr, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, Order, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use sesame_domain::audit::{STRANDS, Strand, StrandHead, StrandNo};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{RowName, StoreError};

use crate::database::{Transaction, failed};
use crate::reading::{self, Read};
use crate::rows::audit_strand::{ActiveModel, Column, Entity, column};

/// Where one of the tenant's strands ends. No one else writes to it until the
/// transaction ends.
pub(crate) async fn hold(tx: &Transaction, tenant: &TenantId) -> Result<StrandHead, StoreError> {
    let found = match tx.held_strand(tenant) {
        Some(strand) => one(tx, of(tenant).filter(Column::Strand.eq(column(strand)?))).await?,
        None => free(tx, tenant).await?,
    };
    let head = found
        .ok_or_else(|| StoreError::inconsistent("a strand that is gone").about(row_of(tenant)))?
        .head;
    tx.hold_strand(tenant, head.strand);
    Ok(head)
}

/// Moves the end of a strand that this transaction holds.
pub(crate) async fn advance(
    tx: &Transaction,
    tenant: &TenantId,
    to: StrandHead,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::HeadSeq, Expr::val(to.seq))
        .col_expr(Column::HeadLink, Expr::val(to.link.0.to_vec()))
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::Strand.eq(column(to.strand)?))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

/// A strand that no one writes to; if there is none, the first that becomes
/// free of the one whose turn it is.
async fn free(tx: &Transaction, tenant: &TenantId) -> Result<Option<Strand>, StoreError> {
    let turn = tx.strand_turn();
    let in_turn = || {
        let distance = format!("(strand + {STRANDS} - {}) % {STRANDS}", turn.0);
        of(tenant).order_by(Expr::cust(distance), Order::Asc)
    };
    let skip_locked = in_turn().lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    if let Some(strand) = one(tx, skip_locked).await? {
        return Ok(Some(strand));
    }
    if let Some(strand) = one(tx, in_turn().lock_exclusive()).await? {
        return Ok(Some(strand));
    }
    for count in begun_with(tx.get_database_backend()) {
        begin(tx, tenant, *count).await?;
        if let Some(strand) = one(tx, in_turn().lock_exclusive()).await? {
            return Ok(Some(strand));
        }
    }
    Ok(None)
}

/// How many strands a tenant gets that has none it can use. In `SQLite`, where
/// only one transaction writes at a time, one is enough, unless it is of no use.
fn begun_with(backend: DbBackend) -> &'static [u16] {
    match backend {
        DbBackend::Sqlite => &[1, STRANDS],
        _ => &[STRANDS],
    }
}

/// Adds those of a tenant's first strands that it lacks.
async fn begin(tx: &Transaction, tenant: &TenantId, count: u16) -> Result<(), StoreError> {
    let strands: Vec<ActiveModel> = (0..count)
        .map(|strand| ActiveModel::empty(tenant, StrandNo(strand)))
        .collect::<Result<_, _>>()?;
    Entity::insert_many(strands)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

async fn one(tx: &Transaction, query: Select<Entity>) -> Result<Option<Strand>, StoreError> {
    let row = reading::row(tx, query.filter(is_usable())).await;
    row.map_err(failed)?.map(Read::understood).transpose()
}

fn row_of(tenant: &TenantId) -> RowName {
    RowName::new("audit_strands", format!("tenant {tenant}"))
}

/// A strand whose end someone made unreadable is left for the verifier to
/// name: what is to be recorded goes to another one.
fn is_usable() -> Condition {
    const WHOLE: &str = "length(head_link) = 32 AND length(base_link) = 32";
    Condition::all()
        .add(Column::Strand.gte(0))
        .add(Expr::cust(WHOLE))
}

/// The strands of a tenant.
pub(crate) fn of(tenant: &TenantId) -> Select<Entity> {
    Entity::find().filter(Column::Tenant.eq(tenant.as_str()))
}
