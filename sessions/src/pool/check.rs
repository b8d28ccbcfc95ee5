//! Asking Telegram how an account does.

use std::time::Duration;

use sesame_domain::account::{Account, DeathCause, Health, Sign};
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ids::NoticeId;
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::ports::{ServiceError, StoreError, Topic};
use sesame_domain::reason::Reason;
use tokio::time::Instant;

use crate::gate::{CallPolicy, TelegramError};
use crate::me::{first_user, whoami};
use crate::metrics;
use crate::node::Node;

use super::live::{Live, PoolError};
use super::sessions::Pool;

/// How long another node may take to look at a session that it has open (longer than
/// the lease of one that is gone lasts), and how often it is looked whether it did.
const LOOK_ELSEWHERE: Duration = Duration::from_secs(4);
const LOOK_STEP: Duration = Duration::from_millis(100);

/// What came of looking at an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// It does so.
    Known(Box<Account>),
    /// Another node has it open, was asked to look, and did not say in time.
    Elsewhere,
}

/// Asks Telegram whether an account's session is alive, and records it; for a
/// person who waits.
///
/// # Errors
/// [`ServiceError::Busy`] when it could not be found out.
pub(crate) async fn check(pool: &Pool, account: &Account) -> Result<Account, ServiceError> {
    let policy = CallPolicy::IMPATIENT.settling();
    match look(pool, account, policy, &mut None).await? {
        Checked::Known(account) => Ok(*account),
        Checked::Elsewhere => Err(ServiceError::Busy),
    }
}

/// The same when no one waits. A session that was opened for it is closed again.
///
/// # Errors
/// [`ServiceError::Busy`] when it could not be found out.
pub(crate) async fn check_in_passing(
    pool: &Pool,
    account: &Account,
) -> Result<Checked, ServiceError> {
    let mut opened = None;
    let policy = CallPolicy::BACKGROUND.settling();
    let looked = look(pool, account, policy, &mut opened).await;
    if let Some(live) = opened {
        pool.close_untouched(&live).await;
    }
    looked
}

/// Looks; with which session stands in `opened` then.
async fn look(
    pool: &Pool,
    account: &Account,
    policy: CallPolicy,
    opened: &mut Option<Live>,
) -> Result<Checked, ServiceError> {
    let node = pool.node.as_ref();
    if let Health::Dead { .. } = account.health {
        return Ok(Checked::Known(Box::new(account.clone())));
    }
    let live = match pool.live(account, &AccessPurpose::Check).await {
        Err(PoolError::Elsewhere) => {
            if let known @ Checked::Known(_) = ask_who_has_it(node, account).await? {
                return Ok(known);
            }
            // Who had it did not say: it may be gone, and its lease has lapsed by now.
            pool.live(account, &AccessPurpose::Check).await
        }
        live => live,
    };
    let sign = match live {
        Ok(live) => {
            let live = opened.insert(live);
            let answer = node.gate.call(live.caller(), &whoami(), policy).await;
            match sign_of(pool, account, answer.map(first_user)) {
                Sign::Alive => thawed(pool, account, live, policy).await,
                other => other,
            }
        }
        Err(PoolError::Dead(cause)) => Sign::Dead(cause),
        Err(PoolError::Elsewhere) => return Ok(Checked::Elsewhere),
        Err(PoolError::Stopping) => return Err(ServiceError::Busy),
        Err(PoolError::Store(StoreError::NotFound(_))) => {
            return Ok(Checked::Known(Box::new(now_stored(node, account).await?)));
        }
        // Whether another node has it open cannot be told now.
        Err(PoolError::Store(error @ StoreError::Unavailable(_))) => {
            tracing::warn!(error = %Reason::of(&error), "a session could not be checked");
            return Err(ServiceError::Busy);
        }
        Err(PoolError::Store(error)) => return Err(error.into()),
        Err(PoolError::Vault(error)) => return Err(error.into()),
    };
    let Some(health) = account.health.after(sign, node.now()) else {
        metrics::account_checked(&account.owner, "unclear");
        return Err(ServiceError::Busy);
    };
    let recorded = record(pool, account, health).await?;
    Ok(Checked::Known(Box::new(recorded)))
}

/// Another node has the session open: it is the one to look. What it finds it
/// records; whoever asked sees that in the database.
async fn ask_who_has_it(node: &Node, account: &Account) -> Result<Checked, ServiceError> {
    node.publish(Topic::Look(account.session)).await;
    let deadline = Instant::now() + LOOK_ELSEWHERE;
    while Instant::now() < deadline && !node.stop.is_cancelled() {
        tokio::time::sleep(LOOK_STEP).await;
        let stored = now_stored(node, account).await?;
        if stored.session != account.session || stored.checked_at != account.checked_at {
            return Ok(Checked::Known(Box::new(stored)));
        }
    }
    Ok(Checked::Elsewhere)
}

/// What the answer to [`whoami`] says of the session.
fn sign_of(
    pool: &Pool,
    account: &Account,
    answer: Result<Option<grammers_tl_types::types::User>, TelegramError>,
) -> Sign {
    match answer {
        Ok(Some(user)) if user.id == account.owner.person.0 => Sign::Alive,
        // Signed in as someone else: this is not the session we stored.
        Ok(_) => Sign::Dead(DeathCause::Unreadable),
        Err(error) => {
            if error == TelegramError::KeyRefused {
                pool.doubts.note(account, pool.node.now());
            }
            error.sign()
        }
    }
}

/// What is to be said of a session that answers: its account may be frozen.
async fn thawed(pool: &Pool, account: &Account, live: &Live, policy: CallPolicy) -> Sign {
    let frozen = pool.freezes.is_frozen(&pool.node, live, policy).await;
    match (frozen, account.health) {
        (Ok(true), _) => Sign::Frozen,
        (Ok(false), _) => Sign::Alive,
        (Err(error), health) => match (error.sign(), health) {
            // It answered just now: this changes nothing.
            (Sign::Unclear, Health::Alive) => Sign::Alive,
            (sign, _) => sign,
        },
    }
}

/// Stores how the account does; the owner is told of a change.
async fn record(pool: &Pool, account: &Account, health: Health) -> Result<Account, ServiceError> {
    let node = pool.node.as_ref();
    let now = node.now();
    let outcome = match health {
        Health::Alive => "alive",
        Health::Frozen { .. } => "frozen",
        Health::Dead { .. } => "dead",
    };
    metrics::account_checked(&account.owner, outcome);
    let news = NoticeKind::of_change(account.health, health);
    let notice = news.map(|kind| Notice {
        id: NoticeId::generate(node.ports.entropy.as_ref(), now),
        owner: account.owner.clone(),
        kind,
        created_at: now,
        attempts: 0,
    });
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
        tracing::info!(session.id = %account.session, account.id = %account.id, ?health, "the health of an account changed");
        node.publish(Topic::Outbox).await;
        node.publish(Topic::Account(account.owner.person)).await;
    }
    if matches!(health, Health::Dead { .. }) {
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
