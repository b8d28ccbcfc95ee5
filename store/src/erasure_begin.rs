//! What an erasure does at once.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::ids::{AccountId, LoginId, Owner};
use sesame_domain::ports::{ErasedNow, Erasure, Intent, StoreError};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::audit_log;
use crate::database::{Database, Transaction, commit, failed};
use crate::erasure_rows::{account_of, forget, logins_of, one_at_a_time};
use crate::leaving::leave;
use crate::one_time::revoke;
use crate::rows::erasure::{ActiveModel, Entity};
use crate::rows::login::intent_name;
use crate::rows::{account, login};

/// Begins an erasure; see [`sesame_domain::ports::Erasures::begin`].
pub(crate) async fn begin(
    db: &Database,
    erasure: &Erasure,
    audit: AuditEntry,
) -> Result<ErasedNow, StoreError> {
    let owner = &erasure.owner;
    let tx = db.begin().await?;
    one_at_a_time(&tx, owner).await.map_err(failed)?;
    Entity::insert(ActiveModel::begun(erasure))
        .exec_without_returning(&tx)
        .await
        .map_err(failed)?;
    let (running, logins) = end_logins(&tx, owner).await.map_err(failed)?;
    let account = unlink(&tx, owner, audit.at).await?;
    let notices = forget(&tx, owner, audit.at).await.map_err(failed)?;
    revoke(&tx, owner, erasure.asked_at).await.map_err(failed)?;
    if let Some(account) = account {
        audit_log::append(&tx, unlinked(account, &audit)).await?;
    }
    audit_log::append(&tx, audit).await?;
    commit(tx).await?;
    Ok(ErasedNow {
        account: account.map(AccountId::from),
        logins,
        notices,
        running,
    })
}

/// Erases logins that are over and cleaned up; which one is under way, and how
/// many were erased.
async fn end_logins(tx: &Transaction, owner: &Owner) -> Result<(Option<LoginId>, u64), DbErr> {
    // In this order, and before the accounts: like everyone who locks them.
    let running = login::Entity::find()
        .filter(logins_of(owner))
        .filter(login::Column::EndedAt.is_null())
        .lock_exclusive()
        .one(tx)
        .await?;
    if let Some(row) = &running {
        login::Entity::update_many()
            .col_expr(
                login::Column::Intent,
                Expr::val(intent_name(Intent::Cancel)),
            )
            .filter(login::Column::Id.eq(row.id))
            .exec(tx)
            .await?;
    }
    let erased = login::Entity::delete_many()
        .filter(logins_of(owner))
        .filter(login::Column::EndedAt.is_not_null())
        .filter(login::Column::CleanupAt.is_null())
        .exec(tx)
        .await?;
    Ok((
        running.map(|row| LoginId::from(row.id)),
        erased.rows_affected,
    ))
}

/// Unlinks the owner's account; which it was.
async fn unlink(
    tx: &Transaction,
    owner: &Owner,
    at: Timestamp,
) -> Result<Option<Uuid>, StoreError> {
    let account = account::Entity::find()
        .filter(account_of(owner))
        .lock_exclusive()
        .one(tx)
        .await
        .map_err(failed)?;
    let Some(account) = account else {
        return Ok(None);
    };
    account::Entity::delete_by_id(account.id)
        .exec(tx)
        .await
        .map_err(failed)?;
    leave(tx, account.session_id, at).await?;
    Ok(Some(account.id))
}

/// The entry of an account that an erasure unlinked.
fn unlinked(account: Uuid, erasure: &AuditEntry) -> AuditEntry {
    AuditEntry {
        subject: account,
        action: Action::AccountUnlinked,
        ..erasure.clone()
    }
}
