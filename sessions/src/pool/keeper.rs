//! Keeps one live session: its lease, its stored form, its end.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use sesame_domain::account::Account;
use sesame_domain::ports::Topic;
use sesame_domain::reason::Reason;
use sesame_domain::session::SessionClaim;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::lease::KeptLease;
use crate::metrics;
use crate::node::Node;
use crate::repeat::prompted_by;
use crate::session::UserSession;

use super::doubts::Doubts;
use super::live::Live;
use super::saving::{Saving, Unsaved};

/// After so long without use a session is given to another node that wants it: who
/// makes call after call is not interrupted.
const AT_REST: Duration = Duration::from_secs(1);

/// Keeps one live session under its lease.
pub(super) struct Keeper {
    pub(super) node: Arc<Node>,
    pub(super) session: Arc<UserSession>,
    pub(super) saving: Saving,
    pub(super) connection: Connection,
    pub(super) live: Live,
    pub(super) account: Account,
    /// Where accounts are noted that are to be looked at.
    pub(super) doubts: Arc<Doubts>,
}

impl Keeper {
    /// Keeps the session until it is idle, closed, lost, or the node stops.
    pub(super) async fn keep(mut self, mut lease: KeptLease) {
        // Whatever happens: who waits for the end must not wait for ever.
        let closed = self.live.closed.clone().drop_guard();
        let kept = lease.keep_while(Box::pin(self.attend_and_save())).await;
        let may_write = kept.unwrap_or(false);
        tracing::debug!(session.id = %self.live.claim.session, may_write, "a session is closed");
        self.live.close.cancel();
        self.connection.close().await;
        release(&self.node, self.live.claim).await;
        lease.release().await;
        metrics::session_closed(&self.account.owner);
        drop(closed);
    }

    /// Whether the session was ours to write to the end.
    async fn attend_and_save(&mut self) -> bool {
        if !self.attend().await {
            return false;
        }
        let saved = self.saving.save_all().await;
        self.is_still_ours(saved)
    }

    /// Whether the session is still ours to write in the end.
    async fn attend(&mut self) -> bool {
        let mut changes = self.session.changes();
        let mut listens = true;
        let topic = Topic::Look(self.live.claim.session);
        let mut looks = prompted_by(&self.node, topic).await;
        let topic = Topic::Wanted(self.live.claim.session);
        let mut wanted = prompted_by(&self.node, topic).await;
        loop {
            self.saving.note(Instant::now());
            let idle_at = self.live.activity.last() + self.node.settings.idle_after;
            tokio::select! {
                biased;
                () = self.node.stop.cancelled() => return true,
                () = self.live.close.cancelled() => return true,
                () = at(self.saving.due()) => {
                    let saved = self.saving.save_due(Instant::now()).await;
                    if !self.is_still_ours(saved) {
                        return false;
                    }
                }
                // Another node asks how it does; no one else can find out.
                Some(()) = looks.next() => {
                    self.doubts.note_due(&self.account, self.node.now());
                }
                // Another node waits for it. It asks again if it is in use now.
                Some(()) = wanted.next() => {
                    let is_idle = self.live.activity.last().elapsed() >= AT_REST;
                    if is_idle && !self.live.is_in_use() {
                        return true;
                    }
                }
                // What changed is noted above.
                Ok(()) = changes.changed() => {}
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

    /// Whether the session is still ours after what was stored of it.
    fn is_still_ours(&self, saved: Result<(), Unsaved>) -> bool {
        match saved {
            Ok(()) => true,
            Err(error) if error.is_lost() => false,
            Err(error) => {
                let id = self.live.claim.session;
                tracing::warn!(error = %Reason::of(&error), session.id = %id, "a session was not stored");
                true
            }
        }
    }
}

/// Lets the row say that no node has the session open: where it is to be logged
/// out, any node may do it.
async fn release(node: &Node, claim: SessionClaim) {
    if let Err(error) = node.ports.accounts.release_session(claim).await {
        tracing::warn!(error = %Reason::of(&error), session.id = %claim.session, "a session was not given back; as long as this node lives, only it logs the session out");
    }
}

/// Waits until then; for ever, if there is no then.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
