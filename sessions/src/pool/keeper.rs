//! Keeps one live session: its lease, its stored form, its end.

use std::sync::Arc;
use std::time::Duration;

use sesame_domain::ids::{Fence, Owner, SessionId};
use sesame_domain::ports::{StoreError, VaultError};
use sesame_domain::reason::Reason;
use sesame_domain::sealed::Binding;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::lease::HeldLease;
use crate::metrics;
use crate::node::{Node, access};
use crate::session::UserSession;

use super::live::Live;

/// How long changes are gathered before they are stored.
const GATHER: Duration = Duration::from_secs(1);

/// Keeps one live session.
pub(super) struct Keeper {
    pub(super) node: Arc<Node>,
    pub(super) id: SessionId,
    pub(super) owner: Owner,
    pub(super) fence: Fence,
    pub(super) lease: HeldLease,
    pub(super) session: Arc<UserSession>,
    /// Which version of the session is stored.
    pub(super) stored: u64,
    pub(super) connection: Connection,
    pub(super) live: Live,
}

/// Why a changed session was not stored.
#[derive(Debug, thiserror::Error)]
enum Unsaved {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Keeper {
    /// Keeps the session until it is idle, closed, lost, or the node stops.
    pub(super) async fn keep(mut self) {
        // Whatever happens: who waits for the end must not wait for ever.
        let closed = self.live.closed.clone().drop_guard();
        let mut may_write = self.attend().await;
        if may_write {
            may_write = self.save().await;
        }
        tracing::debug!(session.id = %self.id, may_write, "a session is closed");
        self.live.close.cancel();
        self.connection.close().await;
        self.lease.release(&self.node).await;
        metrics::session_closed();
        drop(closed);
    }

    /// Whether the session is still ours to write in the end.
    async fn attend(&mut self) -> bool {
        let mut changes = self.session.changes();
        let mut save_at: Option<Instant> = None;
        let mut listens = true;
        loop {
            let idle_at = self.live.activity.last() + self.node.settings.idle_after;
            tokio::select! {
                biased;
                () = self.node.stop.cancelled() => return true,
                () = self.live.close.cancelled() => return true,
                () = tokio::time::sleep_until(self.lease.next_beat()) => {
                    if !self.lease.beat(&self.node).await {
                        return false;
                    }
                }
                () = at(save_at) => {
                    save_at = None;
                    if !self.save().await {
                        return false;
                    }
                }
                Ok(()) = changes.changed(), if save_at.is_none() => {
                    save_at = Some(Instant::now() + GATHER);
                }
                // Nobody asked for what Telegram tells by itself (yet); read,
                // so that it does not pile up. It ends when the library gave up.
                update = self.connection.next_update(), if listens => {
                    listens = update.is_some();
                    if !listens {
                        return true;
                    }
                }
                () = tokio::time::sleep_until(idle_at) => {
                    if Instant::now() >= self.live.activity.last() + self.node.settings.idle_after {
                        return true;
                    }
                }
            }
        }
    }

    /// Stores the session if it changed; `false`: it is someone else's now.
    async fn save(&mut self) -> bool {
        if self.session.version() == self.stored {
            return true;
        }
        match self.try_save().await {
            Ok(()) => true,
            Err(Unsaved::Store(StoreError::Fenced | StoreError::NotFound)) => false,
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), session.id = %self.id, "a session was not stored");
                true
            }
        }
    }

    async fn try_save(&mut self) -> Result<(), Unsaved> {
        let (bytes, version) = self.session.to_bytes();
        let binding = Binding::session(&self.owner, self.id);
        let access = access("sessions", "changed");
        let vault = &self.node.ports.vault;
        let sealed = vault.seal(&binding, &bytes, &access).await?;
        let accounts = &self.node.ports.accounts;
        accounts.save_session(self.id, self.fence, &sealed).await?;
        self.stored = version;
        Ok(())
    }
}

/// Waits until then; for ever, if there is no then.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
