//! What an erasure does when nothing is left to wait for.

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, QueryOrder, Set,
};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ports::{Erasure, StoreError};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::audit_log;
use crate::database::{Database, Transaction, commit, failed};
use crate::erasure_rows::{account_of, forget, logins_of, one_at_a_time};
use crate::reading;
use crate::rows::erasure::{ActiveModel, Column, Entity};
use crate::rows::{account, login, session, stored};

/// Erasures for which nothing is left to wait; see
/// [`sesame_domain::ports::Erasures::finishable`].
pub(crate) async fn finishable(db: &Database, limit: u32) -> Result<Vec<Erasure>, StoreError> {
    let finishable = Entity::find()
        .filter(Column::DoneAt.is_null())
        .filter(nothing_waits())
        .order_by_asc(Column::AskedAt)
        .order_by_asc(Column::Id);
    db.first(db.reads(), finishable, limit).await
}

/// Finishes an erasure; see [`sesame_domain::ports::Erasures::finish`]. Writes
/// nothing, and keeps no one waiting, unless it can be finished.
pub(crate) async fn finish(db: &Database, id: Uuid, audit: AuditEntry) -> Result<bool, StoreError> {
    let Some(erasure) = pending(db.reads(), id).await? else {
        return Ok(true);
    };
    if !is_finishable(db.reads(), id).await.map_err(failed)? {
        return Ok(false);
    }
    let tx = db.begin().await?;
    one_at_a_time(&tx, &erasure.owner).await.map_err(failed)?;
    // Both may have changed since.
    if pending(&tx, id).await?.is_none() {
        return Ok(true);
    }
    if !is_finishable(&tx, id).await.map_err(failed)? {
        return Ok(false);
    }
    erase_rest(&tx, &erasure, audit.at).await.map_err(failed)?;
    forget_owner(&tx, id, audit.at).await.map_err(failed)?;
    audit_log::append(&tx, audit).await?;
    commit(tx).await?;
    Ok(true)
}

/// The erasure; `None`: it is done.
async fn pending(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Erasure>, StoreError> {
    let row = reading::row(db, Entity::find_by_id(id)).await;
    let row = row.map_err(failed)?;
    let row = row.ok_or_else(|| StoreError::not_found("erasures", id))?;
    row.then(|row| match row.done_at {
        Some(_) => Ok(None),
        None => row.try_into().map(Some),
    })
}

async fn is_finishable(db: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let row = Entity::find_by_id(id).filter(nothing_waits()).one(db);
    Ok(row.await?.is_some())
}

/// No session of the erasure's owner is still to be logged out, and no login
/// to end or to be cleaned up.
fn nothing_waits() -> Condition {
    Condition::all()
        .add(Expr::not_exists(leaving_sessions()))
        .add(Expr::not_exists(waiting_logins()))
}

fn leaving_sessions() -> SelectStatement {
    use session::Column as Session;
    Query::select()
        .expr(Expr::val(1))
        .from(session::Entity)
        .and_where(Session::Tenant.into_expr().eq(Column::Tenant.into_expr()))
        .and_where(Session::Person.into_expr().eq(Column::Person.into_expr()))
        .and_where(Session::LeaveAt.is_not_null())
        .take()
}

fn waiting_logins() -> SelectStatement {
    use login::Column as Login;
    let asked_at = Column::AskedAt.into_expr();
    let under_way = Login::EndedAt
        .is_null()
        .and(Login::CreatedAt.into_expr().lte(asked_at));
    Query::select()
        .expr(Expr::val(1))
        .from(login::Entity)
        .and_where(Login::Tenant.into_expr().eq(Column::Tenant.into_expr()))
        .and_where(Login::Person.into_expr().eq(Column::Person.into_expr()))
        .and_where(under_way.or(Login::CleanupAt.is_not_null()))
        .take()
}

/// Erases the logins from before; what is remembered and waits as well, unless
/// the person came back.
async fn erase_rest(tx: &Transaction, erasure: &Erasure, at: Timestamp) -> Result<(), DbErr> {
    let owner = &erasure.owner;
    login::Entity::delete_many()
        .filter(logins_of(owner))
        .filter(login::Column::CreatedAt.lte(erasure.asked_at))
        .exec(tx)
        .await?;
    let logins = login::Entity::find()
        .filter(logins_of(owner))
        .count(tx)
        .await?;
    let accounts = account::Entity::find()
        .filter(account_of(owner))
        .count(tx)
        .await?;
    if logins + accounts == 0 {
        forget(tx, owner, at).await?;
    }
    Ok(())
}

/// Removes the person's id from the erasure.
async fn forget_owner(tx: &Transaction, id: Uuid, done_at: Timestamp) -> Result<(), DbErr> {
    let done = ActiveModel {
        tenant: Set(None),
        person: Set(None),
        done_at: Set(Some(stored(done_at))),
        ..Default::default()
    };
    Entity::update_many()
        .set(done)
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
