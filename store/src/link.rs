//! Turning a login into a linked account, in one transaction.
//!
//! Rows are locked in the order login, account, session, audit, as everywhere:
//! two transactions never wait for each other in a circle.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect, Set,
};
use sesame_domain::account::{Account, Health};
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{HalfSession, LinkRequest, StoreError};

use crate::audit_log;
use crate::database::{Database, commit, failed, is_duplicate};
use crate::rows::{account, login, session, stored};

/// How often another login of the same owner may link first.
const LINK_TRIES: u32 = 3;

/// Why a try did not link.
enum Unlinked {
    /// Another login of the same owner linked in between: look again.
    Overtaken,
    /// It cannot be linked.
    Store(StoreError),
}

impl From<StoreError> for Unlinked {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<DbErr> for Unlinked {
    fn from(error: DbErr) -> Self {
        if is_duplicate(&error) {
            Self::Overtaken
        } else {
            Self::Store(failed(error))
        }
    }
}

/// Links the account; see [`sesame_domain::ports::Logins::link`].
///
/// A session id that was linked before, and whose account was unlinked since,
/// is [`StoreError::NotFound`]: it must not come back.
pub(crate) async fn link(db: &Database, request: &LinkRequest<'_>) -> Result<Account, StoreError> {
    for _ in 0..LINK_TRIES {
        match link_once(db, request).await {
            Ok(account) => return Ok(account),
            Err(Unlinked::Store(error)) => return Err(error),
            Err(Unlinked::Overtaken) => {}
        }
    }
    Err(StoreError::Inconsistent(
        "another session of the owner stays in use",
    ))
}

async fn link_once(db: &Database, request: &LinkRequest<'_>) -> Result<Account, Unlinked> {
    let owner = &request.login.owner;
    let tx = db.begin().await?;
    check_fence(&tx, request).await?;
    let before = account_of(&tx, owner).await?;
    if let Some(account) = linked_before(&tx, request, before.as_ref()).await? {
        return Ok(account);
    }
    leave_older(&tx, request).await?;
    store_session(&tx, request).await?;
    let account = store_account(&tx, request, before).await?;
    erase_half_session(&tx, request).await?;
    audit_log::append(&tx, entry(request, &account)).await?;
    commit(tx).await?;
    Ok(account)
}

async fn check_fence(tx: &DatabaseTransaction, request: &LinkRequest<'_>) -> Result<(), Unlinked> {
    login::Entity::find_by_id(request.login.id.as_uuid())
        .filter(login::Column::Fence.eq(request.fence.0))
        .lock_exclusive()
        .one(tx)
        .await?
        .map(|_| ())
        .ok_or(Unlinked::Store(StoreError::Fenced))
}

async fn account_of(tx: &DatabaseTransaction, owner: &Owner) -> Result<Option<Account>, Unlinked> {
    let row = account::Entity::find()
        .filter(account::Column::Tenant.eq(owner.tenant.as_str()))
        .filter(account::Column::Person.eq(owner.person.0))
        .lock_exclusive()
        .one(tx)
        .await?;
    Ok(row.map(Account::try_from).transpose()?)
}

/// The account, if this session id was linked before.
async fn linked_before(
    tx: &DatabaseTransaction,
    request: &LinkRequest<'_>,
    account: Option<&Account>,
) -> Result<Option<Account>, Unlinked> {
    let known = session::Entity::find_by_id(request.session.as_uuid())
        .one(tx)
        .await?;
    if known.is_none() {
        return Ok(None);
    }
    let account = account.filter(|account| account.session == request.session);
    Ok(Some(account.cloned().ok_or(StoreError::NotFound)?))
}

/// Marks the session that was in use before as leaving.
async fn leave_older(tx: &DatabaseTransaction, request: &LinkRequest<'_>) -> Result<(), Unlinked> {
    let owner = &request.login.owner;
    session::Entity::update_many()
        .col_expr(session::Column::State, Expr::val(session::LEAVING))
        .col_expr(session::Column::LeaveAt, Expr::val(stored(request.now)))
        .filter(session::Column::Tenant.eq(owner.tenant.as_str()))
        .filter(session::Column::Person.eq(owner.person.0))
        .filter(session::Column::State.eq(session::IN_USE))
        .exec(tx)
        .await?;
    Ok(())
}

async fn store_session(
    tx: &DatabaseTransaction,
    request: &LinkRequest<'_>,
) -> Result<(), Unlinked> {
    let owner = &request.login.owner;
    let row = session::ActiveModel {
        id: Set(request.session.as_uuid()),
        tenant: Set(owner.tenant.to_string()),
        person: Set(owner.person.0),
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
        .await?;
    Ok(())
}

/// Creates the owner's account, or gives the one before the new session.
async fn store_account(
    tx: &DatabaseTransaction,
    request: &LinkRequest<'_>,
    before: Option<Account>,
) -> Result<Account, Unlinked> {
    let account = Account {
        id: before
            .as_ref()
            .map_or(request.new_account, |account| account.id),
        owner: request.login.owner.clone(),
        profile: request.profile.clone(),
        session: request.session,
        device: request.login.device.clone(),
        health: Health::Alive,
        linked_at: stored(request.now),
        checked_at: stored(request.now),
        used_at: stored(request.now),
    };
    let row = account::ActiveModel::of(&account);
    if before.is_some() {
        account::Entity::update_many()
            .set(row)
            .filter(account::Column::Id.eq(account.id.as_uuid()))
            .exec(tx)
            .await?;
    } else {
        account::Entity::insert(row)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(account)
}

/// What the login held is the account's session now.
async fn erase_half_session(
    tx: &DatabaseTransaction,
    request: &LinkRequest<'_>,
) -> Result<(), Unlinked> {
    let mut row = login::ActiveModel::default();
    row.set_session(HalfSession::Erase);
    login::Entity::update_many()
        .set(row)
        .filter(login::Column::Id.eq(request.login.id.as_uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

fn entry(request: &LinkRequest<'_>, account: &Account) -> AuditEntry {
    AuditEntry::new(
        request.now,
        account.owner.clone(),
        account.id.as_uuid(),
        Actor::Owner,
        Action::AccountLinked,
        format!("login by {}", request.login.method.as_str()),
    )
    .from(request.origin.clone())
}
