//! Linking an account whose session comes from elsewhere, in one transaction.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, Set};
use sesame_domain::account::{Account, Health};
use sesame_domain::ports::{ImportRequest, Imported, StoreError};

use crate::audit_log;
use crate::database::{Database, commit, failed};
use crate::rows::{account, erased_session, session, stored};

/// Links the account; see [`sesame_domain::ports::Accounts::import`].
pub(crate) async fn import(db: &Database, request: ImportRequest) -> Result<Imported, StoreError> {
    let tx = db.begin().await?;
    let before = account_of(&tx, &request).await?;
    if let Some(account) = &before
        && !matches!(account.health, Health::Dead { .. })
    {
        return Ok(Imported::Present(account.clone()));
    }
    if erased_session::is_buried(&tx, request.session.as_uuid()).await? {
        return Err(StoreError::NotFound);
    }
    leave_older(&tx, &request).await?;
    store_session(&tx, &request).await?;
    let account = store_account(&tx, &request, before).await?;
    audit_log::append(&tx, request.audit).await?;
    commit(tx).await?;
    Ok(Imported::Linked(account))
}

async fn account_of(
    tx: &DatabaseTransaction,
    request: &ImportRequest,
) -> Result<Option<Account>, StoreError> {
    let row = account::Entity::find()
        .filter(account::Column::Tenant.eq(request.owner.tenant.as_str()))
        .filter(account::Column::Person.eq(request.owner.person.0))
        .lock_exclusive()
        .one(tx)
        .await
        .map_err(failed)?;
    row.map(Account::try_from).transpose()
}

/// Marks a dead session as leaving.
async fn leave_older(tx: &DatabaseTransaction, request: &ImportRequest) -> Result<(), StoreError> {
    session::Entity::update_many()
        .col_expr(session::Column::State, Expr::val(session::LEAVING))
        .col_expr(session::Column::LeaveAt, Expr::val(stored(request.now)))
        .filter(session::Column::Tenant.eq(request.owner.tenant.as_str()))
        .filter(session::Column::Person.eq(request.owner.person.0))
        .filter(session::Column::State.eq(session::IN_USE))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

async fn store_session(
    tx: &DatabaseTransaction,
    request: &ImportRequest,
) -> Result<(), StoreError> {
    let row = session::ActiveModel {
        id: Set(request.session.as_uuid()),
        tenant: Set(request.owner.tenant.to_string()),
        person: Set(request.owner.person.0),
        key_id: Set(request.sealed.key_id.clone()),
        wrapped_key: Set(request.sealed.wrapped_key.clone()),
        ciphertext: Set(request.sealed.ciphertext.clone()),
        fence: Set(0),
        node: Set(None),
        state: Set(session::IN_USE.to_owned()),
        leave_at: Set(None),
        attempts: Set(0),
        created_at: Set(stored(request.now)),
    };
    session::Entity::insert(row)
        .exec_without_returning(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Creates the owner's account, or gives the one before the new session.
async fn store_account(
    tx: &DatabaseTransaction,
    request: &ImportRequest,
    before: Option<Account>,
) -> Result<Account, StoreError> {
    let now = stored(request.now);
    let known = before.is_some();
    let account = Account {
        id: before.map_or(request.new_account, |account| account.id),
        owner: request.owner.clone(),
        profile: request.profile.clone(),
        session: request.session,
        device: request.device.clone(),
        health: Health::Alive,
        linked_at: now,
        checked_at: now,
        used_at: now,
    };
    let row = account::ActiveModel::of(&account);
    if known {
        account::Entity::update(row)
            .exec(tx)
            .await
            .map_err(failed)?;
    } else {
        account::Entity::insert(row)
            .exec_without_returning(tx)
            .await
            .map_err(failed)?;
    }
    Ok(account)
}
