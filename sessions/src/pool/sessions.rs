//! Who wants to use a session asks here.

use std::sync::Arc;

use sesame_domain::account::Account;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ids::{Owner, SessionId};
use sesame_domain::reason::Reason;
use tokio::time::Instant;

use crate::node::Node;

use super::doubts::Doubts;
use super::freeze::Freezes;
use super::live::{Live, PoolError};
use super::places::Places;
use super::room::Room;
use super::tries::Tries;

/// The live sessions of this node.
pub(crate) struct Pool {
    pub(crate) node: Arc<Node>,
    pub(super) places: Arc<Places>,
    pub(super) room: Room,
    pub(super) doubts: Arc<Doubts>,
    pub(super) freezes: Freezes,
    pub(crate) tries: Tries,
}

impl Pool {
    /// A pool with nothing open.
    pub(crate) fn new(node: Arc<Node>) -> Self {
        Self {
            room: Room::of(node.settings.max_open),
            node,
            places: Arc::default(),
            doubts: Arc::default(),
            freezes: Freezes::default(),
            tries: Tries::default(),
        }
    }

    /// An account's session, opened if need be. Unless it is a
    /// check, this counts as a use of the account.
    pub(crate) async fn live(
        &self,
        account: &Account,
        purpose: &AccessPurpose,
    ) -> Result<Live, PoolError> {
        if self.node.stop.is_cancelled() {
            return Err(PoolError::Stopping);
        }
        let place = self.places.place(account.session);
        // Held while opening: that is what makes the others wait.
        let mut seat = place.lock().await;
        if let Some(live) = seat.as_ref() {
            if live.is_usable() {
                live.activity.note();
                let live = live.clone();
                drop(seat);
                self.note_use(account, purpose, &live).await;
                return Ok(live);
            }
            live.end().await;
        }
        *seat = None;
        let live = self.open(account, purpose).await?;
        *seat = Some(live.clone());
        drop(seat);
        self.note_use(account, purpose, &live).await;
        Ok(live)
    }

    /// Notes that an account's session is put to use, now and then.
    async fn note_use(&self, account: &Account, purpose: &AccessPurpose, live: &Live) {
        if !purpose.is_check() && live.activity.is_use_due(Instant::now()) {
            self.used(&account.owner).await;
        }
    }

    /// Notes that an account is used. If that fails, it seems unused a little
    /// longer: not worth failing for.
    pub(crate) async fn used(&self, owner: &Owner) {
        let node = &self.node;
        if let Err(error) = node.ports.accounts.used(owner, node.now()).await {
            tracing::warn!(error = %Reason::of(&error), "the use of an account was not noted");
        }
    }

    /// Whether an account's session is alive is looked at in a while.
    pub(crate) fn doubt(&self, account: &Account) {
        self.doubts.note(account, self.node.now());
    }

    /// Closes a session that is no longer used by who opened it, unless someone
    /// else uses it by now.
    pub(super) async fn close_untouched(&self, live: &Live) {
        let Some(place) = self.places.find(live.claim.session) else {
            return;
        };
        // Held until it is closed: who wants it next opens it anew.
        let mut seat = place.lock().await;
        let is_it = |open: &mut Live| open.claim == live.claim && open.is_untouched();
        if let Some(open) = seat.take_if(is_it) {
            open.end().await;
        }
    }

    /// Closes a session if it is open here.
    pub(crate) async fn close(&self, id: SessionId) {
        let Some(place) = self.places.find(id) else {
            return;
        };
        let seat = place.lock().await.take();
        if let Some(live) = seat {
            live.end().await;
        }
    }
}
