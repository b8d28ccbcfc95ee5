//! A lease that is kept while something is done under it.

use std::future::Future;

use sesame_domain::held_lease::{HeldLease, Hold, Renewal};
use sesame_domain::ports::{LeaseKey, StoreError};
use sesame_domain::reason::Reason;
use tokio::time::Instant;

use crate::node::Node;

/// A lease that is kept: renewed three times in its life.
pub(crate) struct KeptLease {
    held: HeldLease,
    next_beat: Instant,
}

/// Whatever was done under a lease must not go on: the lease is lost, or the
/// node stops.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl KeptLease {
    /// Takes a lease if no one has it.
    pub(crate) async fn take(node: &Node, key: LeaseKey) -> Result<Option<Self>, StoreError> {
        let (ports, ttl) = (&node.ports, node.settings.lease_ttl);
        let taken = HeldLease::take(&ports.leases, &ports.clock, key, node.id(), ttl);
        let held = taken.await?;
        Ok(held.map(|held| Self {
            held,
            next_beat: Instant::now() + ttl / 3,
        }))
    }

    /// Until when it is surely ours, as it is at any time. Connections go by it.
    pub(crate) fn hold(&self) -> &Hold {
        self.held.hold()
    }

    /// Keeps the lease; `false`: it is lost. If someone had a lease in between
    /// that was forgotten and is restored, the fence tells.
    async fn beat(&mut self) -> bool {
        let renewed = self.held.renew().await;
        let ttl = self.held.ttl();
        self.next_beat = Instant::now() + ttl / 3;
        match renewed {
            Ok(Renewal::Kept | Renewal::Restored) => self.held.is_sure(),
            Ok(Renewal::Lost) => false,
            // It is still ours until it lapses: asked again sooner.
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), lease = self.held.key().as_text(), "a lease could not be renewed");
                self.next_beat = Instant::now() + ttl / 10;
                self.held.is_sure()
            }
        }
    }

    /// Keeps the lease while something is done, and breaks it off when the lease is
    /// lost. Neither waits for the other: a store that answers slowly costs no lease,
    /// and a lease that is renewed slowly holds up no work. What is done is boxed: a
    /// future that others take by value is as large again in each of them, and this
    /// one lasts as long as a login waits.
    pub(crate) async fn keep_while<F: Future + Unpin>(
        &mut self,
        work: F,
    ) -> Result<F::Output, Interrupted> {
        tokio::select! {
            biased;
            () = self.is_lost() => Err(Interrupted),
            output = work => Ok(output),
        }
    }

    /// The same for what does not hear of the node's stop by itself: it is broken
    /// off then, too.
    pub(crate) async fn keep_until_stop<F: Future + Unpin>(
        &mut self,
        node: &Node,
        work: F,
    ) -> Result<F::Output, Interrupted> {
        let done = self.keep_while(work);
        let done = node.stop.run_until_cancelled(done).await;
        done.unwrap_or(Err(Interrupted))
    }

    /// Renews the lease until it is lost.
    async fn is_lost(&mut self) {
        loop {
            tokio::time::sleep_until(self.next_beat).await;
            if !self.beat().await {
                return;
            }
        }
    }

    /// The same lease once more, to be given back for who falls over.
    pub(crate) fn spare(&self) -> Self {
        Self {
            held: self.held.spare(),
            next_beat: self.next_beat,
        }
    }

    /// Gives the lease back. Nothing is sent under it from here on.
    pub(crate) async fn release(self) {
        let lease = self.held.key().as_text();
        if let Err(error) = self.held.release().await {
            tracing::warn!(error = %Reason::of(&error), lease, "a lease could not be given back; it will lapse");
        }
    }
}
