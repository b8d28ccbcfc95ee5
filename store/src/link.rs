//! Turning a login into a linked account, in one transaction.
//!
//! Rows are locked in the order login, account, session, audit, as everywhere:
//! two transactions never wait for each other in a circle.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, Actor, AuditEntry, AuditReason};
use sesame_domain::login::Login;
use sesame_domain::ports::{HalfSession, LinkRequest, Linked, Saved, StoreError};

use crate::database::{Database, Transaction, commit};
use crate::linked::{NewSession, Unlinked, account_of, is_known, until_not_overtaken};
use crate::rows::login;
use crate::{audit_log, erasures, login_save};

/// Links the account; see [`sesame_domain::ports::Logins::link`].
///
/// A session id that was linked before, and whose account was unlinked since,
/// is [`StoreError::NotFound`]: it must not come back. So is a login whose
/// owner had everything about them erased since it began.
pub(crate) async fn link(db: &Database, request: &LinkRequest<'_>) -> Result<Linked, StoreError> {
    until_not_overtaken(|| link_once(db, request)).await
}

async fn link_once(db: &Database, request: &LinkRequest<'_>) -> Result<Linked, Unlinked> {
    let owner = &request.login.owner;
    let tx = db.begin().await?;
    check_fence(&tx, request).await?;
    let before = account_of(&tx, owner).await?;
    let account = match linked_before(&tx, request, before.as_ref()).await? {
        Some(account) => account,
        None => store_account(&tx, request, before).await?,
    };
    let login = Box::pin(end(&tx, request, &account)).await?;
    commit(tx).await?;
    Ok(Linked { account, login })
}

/// Stores the session as the account's.
async fn store_account(
    tx: &Transaction,
    request: &LinkRequest<'_>,
    before: Option<Account>,
) -> Result<Account, Unlinked> {
    check_not_erased(tx, request).await?;
    let session = NewSession {
        owner: &request.login.owner,
        new_account: request.new_account,
        id: request.session,
        sealed: &request.sealed,
        cursor: request.cursor,
        profile: &request.profile,
        device: &request.login.device,
        now: request.now,
    };
    let account = session.store(tx, before).await?;
    audit_log::append(tx, entry(request, &account)).await?;
    Ok(account)
}

async fn check_fence(tx: &Transaction, request: &LinkRequest<'_>) -> Result<(), Unlinked> {
    login::Entity::find_by_id(request.login.id.as_uuid())
        .filter(login::Column::Fence.eq(request.fence.0))
        .lock_exclusive()
        .one(tx)
        .await?
        .map(|_| ())
        .ok_or_else(|| StoreError::fenced("logins", request.login.id).into())
}

/// The account, if this session id was linked before.
async fn linked_before(
    tx: &Transaction,
    request: &LinkRequest<'_>,
    account: Option<&Account>,
) -> Result<Option<Account>, Unlinked> {
    if !is_known(tx, request.session).await? {
        return Ok(None);
    }
    let account = account.filter(|account| account.session == request.session);
    let account = account.cloned();
    let account = account.ok_or_else(|| StoreError::not_found("sessions", request.session))?;
    Ok(Some(account))
}

/// A login that began before its owner had everything erased leads nowhere.
async fn check_not_erased(tx: &Transaction, request: &LinkRequest<'_>) -> Result<(), Unlinked> {
    let login = request.login;
    if erasures::asked_since(tx, &login.owner, login.created_at).await? {
        return Err(StoreError::not_found("logins", login.id).into());
    }
    Ok(())
}

/// Writes the login as it ends. What it held is the account's session now.
async fn end(
    tx: &Transaction,
    request: &LinkRequest<'_>,
    account: &Account,
) -> Result<Login, Unlinked> {
    let ended = (request.end)(request.login, account.id);
    let saved = Saved {
        login: &ended.login,
        fence: request.fence,
        session: HalfSession::Erase,
        identified: None,
        notices: ended.notices,
        audit: ended.audit,
    };
    login_save::write(tx, saved).await?;
    Ok(ended.login)
}

fn entry(request: &LinkRequest<'_>, account: &Account) -> AuditEntry {
    AuditEntry::new(
        request.now,
        account.owner.clone(),
        account.id.as_uuid(),
        Actor::Owner,
        Action::AccountLinked,
        AuditReason::LoginBy(request.login.method.as_str().to_owned()),
    )
    .from(&request.origin)
}
