//! Sessions that are no longer used are logged out at Telegram and erased.

use std::sync::Arc;

use chrono::TimeDelta;
use futures::StreamExt as _;
use sesame_domain::audit::Action;
use sesame_domain::ports::{LeaseKey, LeavingSession, StoreError};

use crate::connection::Connection;
use crate::gate::TelegramError;
use crate::lease::HeldLease;
use crate::login::log_out;
use crate::node::{Node, system};

use super::open::unseal;
use super::{PoolError, close};

/// How many sessions are looked at in one go, and how many at the same time.
const AT_ONCE: u32 = 1_000;
const TOGETHER: usize = 8;
/// The wait after the first failure; it doubles with each.
const RETRY_FIRST: TimeDelta = TimeDelta::seconds(5);
const DOUBLINGS: u32 = 10;

/// Logs out and erases sessions that are no longer used.
pub(crate) async fn sweep(node: &Arc<Node>) -> Result<(), StoreError> {
    let leaving = node.ports.accounts.leaving(node.now(), AT_ONCE).await?;
    futures::stream::iter(leaving)
        .for_each_concurrent(TOGETHER, |session| async move {
            if let Err(error) = see_off(node, &session).await {
                tracing::warn!(%error, session.id = %session.id, "a session was not seen off");
            }
        })
        .await;
    Ok(())
}

async fn see_off(node: &Arc<Node>, leaving: &LeavingSession) -> Result<(), StoreError> {
    close(node, leaving.id).await;
    let lease = HeldLease::take(node, LeaseKey::Session(leaving.id)).await?;
    // Another node has it, and hears of this too.
    let Some(mut lease) = lease else {
        return Ok(());
    };
    let done = lease
        .keep_while(node, see_off_leased(node, leaving))
        .await
        // It stays in the list for the next one.
        .unwrap_or(Ok(()));
    lease.release(node).await;
    done
}

async fn see_off_leased(node: &Node, leaving: &LeavingSession) -> Result<(), StoreError> {
    let accounts = &node.ports.accounts;
    let stored = match accounts.claim_session(leaving.id, &node.id).await {
        // Another node was faster.
        Err(StoreError::NotFound) => return Ok(()),
        other => other?,
    };
    let session = match unseal(node, &stored, "log out").await {
        Ok(session) => Arc::new(session),
        Err(PoolError::Dead(_)) => return erase(node, leaving, "unreadable").await,
        Err(PoolError::Store(error)) => return Err(error),
        Err(error) => {
            tracing::warn!(%error, session.id = %leaving.id, "a session cannot be opened now");
            return later(node, leaving).await;
        }
    };
    let connection = Connection::open(node, session);
    let caller = connection.caller().clone();
    let found = log_out(node, &caller, caller.home()).await;
    connection.close().await;
    match found {
        Ok(_) => erase(node, leaving, "logged out").await,
        Err(error) => failed(node, leaving, &error).await,
    }
}

async fn failed(
    node: &Node,
    leaving: &LeavingSession,
    error: &TelegramError,
) -> Result<(), StoreError> {
    tracing::warn!(%error, session.id = %leaving.id, "a session could not be logged out yet");
    later(node, leaving).await
}

async fn later(node: &Node, leaving: &LeavingSession) -> Result<(), StoreError> {
    let factor = 1 << leaving.attempts.min(DOUBLINGS);
    let at = node.now() + RETRY_FIRST * factor;
    node.ports.accounts.leave_later(leaving.id, at).await
}

async fn erase(node: &Node, leaving: &LeavingSession, reason: &str) -> Result<(), StoreError> {
    let audit = node.audit_entry(
        &leaving.owner,
        leaving.id.as_uuid(),
        system("sessions"),
        Action::SessionEnded,
        reason,
    );
    node.ports.accounts.erase_session(leaving.id, audit).await
}
