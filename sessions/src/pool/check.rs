//! Asking Telegram how an account does.

use sesame_domain::account::{Account, DeathCause, Health};
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ids::NoticeId;
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::ports::{ServiceError, StoreError, Topic};
use sesame_domain::reason::Reason;

use crate::gate::{CallPolicy, TelegramError};
use crate::me::{first_user, whoami};
use crate::node::Node;

use super::live::PoolError;
use super::sessions::Pool;

/// Asks Telegram whether an account's session is alive, and records it.
///
/// # Errors
/// [`ServiceError::Busy`] when it could not be found out.
pub(crate) async fn check(pool: &Pool, account: &Account) -> Result<Account, ServiceError> {
    let node = pool.node.as_ref();
    if let Health::Dead { .. } = account.health {
        return Ok(account.clone());
    }
    let health = match pool.live(account, &AccessPurpose::Check).await {
        Ok(live) => {
            let policy = CallPolicy::IMPATIENT.settling();
            let answer = node.gate.call(live.caller(), &whoami(), policy).await;
            health_of(pool, account, answer.map(first_user))?
        }
        Err(PoolError::Dead(cause)) => dead(node, cause),
        // Whoever has it open would have said if it were dead.
        Err(PoolError::Elsewhere) => return Ok(account.clone()),
        Err(PoolError::Stopping) => return Err(ServiceError::Busy),
        Err(PoolError::Store(StoreError::NotFound(_))) => return now_stored(node, account).await,
        // Whether another node has it open cannot be told now.
        Err(PoolError::Store(error @ StoreError::Unavailable(_))) => {
            tracing::warn!(error = %Reason::of(&error), "a session could not be checked");
            return Err(ServiceError::Busy);
        }
        Err(PoolError::Store(error)) => return Err(error.into()),
        Err(PoolError::Vault(error)) => return Err(error.into()),
    };
    record(pool, account, health).await
}

fn health_of(
    pool: &Pool,
    account: &Account,
    answer: Result<Option<grammers_tl_types::types::User>, TelegramError>,
) -> Result<Health, ServiceError> {
    let node = &pool.node;
    match answer {
        Ok(Some(user)) if user.id == account.owner.person.0 => Ok(Health::Alive),
        // Signed in as someone else: this is not the session we stored.
        Ok(_) => Ok(dead(node, DeathCause::Unreadable)),
        Err(TelegramError::Unregistered) => Ok(dead(node, DeathCause::Revoked)),
        Err(TelegramError::Lost(cause)) => Ok(dead(node, cause)),
        Err(TelegramError::Frozen) => Ok(match account.health {
            frozen @ Health::Frozen { .. } => frozen,
            _ => Health::Frozen { since: node.now() },
        }),
        Err(error) => {
            if error == TelegramError::KeyRefused {
                pool.doubts.note(account, node.now());
            }
            Err(ServiceError::Busy)
        }
    }
}

fn dead(node: &Node, cause: DeathCause) -> Health {
    Health::Dead {
        cause,
        since: node.now(),
    }
}

/// Stores how the account does; the owner is told of a death.
async fn record(pool: &Pool, account: &Account, health: Health) -> Result<Account, ServiceError> {
    let node = pool.node.as_ref();
    let now = node.now();
    let notice = match health {
        Health::Dead { cause, .. } => Some(Notice {
            id: NoticeId::generate(node.ports.entropy.as_ref(), now),
            owner: account.owner.clone(),
            kind: NoticeKind::session_died(cause),
            created_at: now,
            attempts: 0,
        }),
        Health::Alive | Health::Frozen { .. } => None,
    };
    let tells = notice.is_some();
    let accounts = &node.ports.accounts;
    match accounts
        .set_health(account.id, account.session, health, now, notice)
        .await
    {
        Err(StoreError::NotFound(_)) => return now_stored(node, account).await,
        other => other?,
    }
    if tells {
        node.publish(Topic::Outbox).await;
        pool.close(account.session).await;
    }
    Ok(Account {
        health,
        checked_at: now,
        ..account.clone()
    })
}

/// The account was unlinked or linked again while its old session was looked
/// at: what was found out says nothing about it any more.
async fn now_stored(node: &Node, account: &Account) -> Result<Account, ServiceError> {
    let accounts = &node.ports.accounts;
    let stored = accounts.find(&account.owner, account.id).await?;
    stored.ok_or(ServiceError::NotFound)
}
