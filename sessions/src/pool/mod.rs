//! The pool: live sessions of linked accounts, each opened when it is needed,
//! shared by all who use it, on one node at a time, and closed when idle.

mod check;
mod doubts;
mod erasing;
mod keeper;
mod leaving;
mod open;
mod service;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sesame_domain::account::{Account, DeathCause};
use sesame_domain::ids::{Owner, SessionId};
use sesame_domain::ports::{StoreError, VaultError};
use sesame_domain::reason::Reason;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::connection::Caller;
use crate::node::Node;

pub(crate) use check::check;
pub(crate) use doubts::settle;
pub(crate) use erasing::finish as finish_erasures;
pub(crate) use leaving::sweep;
pub(crate) use service::Service;

use doubts::Doubts;
use keeper::Activity;

/// Why there is no live session.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PoolError {
    /// Another node has it open.
    #[error("another node uses the session")]
    Elsewhere,
    /// This node stops.
    #[error("the node stops")]
    Stopping,
    /// It can never be opened again.
    #[error("the session is dead: {}", .0.as_str())]
    Dead(DeathCause),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Custody failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// A session that is open.
#[derive(Clone)]
pub(crate) struct Live {
    caller: Caller,
    activity: Arc<Activity>,
    close: CancellationToken,
    closed: CancellationToken,
}

impl Live {
    /// The way to call Telegram.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    fn is_usable(&self) -> bool {
        !self.close.is_cancelled() && !self.closed.is_cancelled() && !self.caller.is_stuck()
    }
}

/// One session's place: whoever needs it first opens it, others wait for that.
type Place = Arc<tokio::sync::Mutex<Option<Live>>>;

/// The sessions that are open on this node.
#[derive(Default)]
pub(crate) struct Pool {
    places: Mutex<HashMap<SessionId, Place>>,
    doubts: Doubts,
}

impl Pool {
    fn places(&self) -> MutexGuard<'_, HashMap<SessionId, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, id: SessionId) -> Place {
        Arc::clone(self.places().entry(id).or_default())
    }

    /// Forgets the places of sessions that are closed and that no one waits for.
    fn tidy(&self) {
        self.places().retain(|_, place| {
            Arc::strong_count(place) > 1
                || place
                    .try_lock()
                    .is_ok_and(|live| live.as_ref().is_some_and(Live::is_usable))
        });
    }

    fn has(&self, id: SessionId) -> bool {
        self.places().contains_key(&id)
    }
}

/// The reason of a check, which is no use of a session.
pub(crate) const CHECK: &str = "check";

/// An account's session, opened if need be. For any reason but [`CHECK`], this
/// counts as a use of the account.
pub(crate) async fn live(
    node: &Arc<Node>,
    account: &Account,
    reason: &'static str,
) -> Result<Live, PoolError> {
    if node.stop.is_cancelled() {
        return Err(PoolError::Stopping);
    }
    let place = node.pool.place(account.session);
    // Held while opening: that is what makes the others wait.
    let mut seat = place.lock().await;
    if let Some(live) = seat.as_ref() {
        if live.is_usable() {
            live.activity.note();
            let live = live.clone();
            drop(seat);
            note_use(node, account, reason, &live).await;
            return Ok(live);
        }
        live.close.cancel();
        // Its lease is given back with the last step.
        live.closed.cancelled().await;
    }
    *seat = None;
    let live = open::open(node, account, reason).await?;
    *seat = Some(live.clone());
    drop(seat);
    note_use(node, account, reason, &live).await;
    Ok(live)
}

/// Notes that an account's session is put to use, now and then.
async fn note_use(node: &Node, account: &Account, reason: &'static str, live: &Live) {
    if reason != CHECK && live.activity.is_use_due(Instant::now()) {
        used(node, &account.owner).await;
    }
}

/// Notes that an account is used. If that fails, it seems unused a little
/// longer: not worth failing for.
async fn used(node: &Node, owner: &Owner) {
    if let Err(error) = node.ports.accounts.used(owner, node.now()).await {
        tracing::warn!(error = %Reason::of(&error), "the use of an account was not noted");
    }
}

/// Closes a session if it is open here.
pub(crate) async fn close(node: &Node, id: SessionId) {
    if !node.pool.has(id) {
        return;
    }
    let place = node.pool.place(id);
    let seat = place.lock().await.take();
    if let Some(live) = seat {
        live.close.cancel();
        live.closed.cancelled().await;
    }
}
