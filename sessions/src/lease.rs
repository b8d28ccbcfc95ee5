//! A lease that is held and kept.

use std::future::Future;
use std::time::Duration;

use sesame_domain::ports::{Lease, LeaseKey, StoreError};
use sesame_domain::reason::Reason;
use tokio::time::Instant;

use crate::hold::Hold;
use crate::node::Node;

/// A lease that is held.
pub(crate) struct HeldLease {
    lease: Lease,
    ttl: Duration,
    /// Until when it is surely ours; connections go by it.
    hold: Hold,
    next_beat: Instant,
}

/// Whatever was done under a lease must not go on: the lease is lost, or the
/// node stops.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl HeldLease {
    /// Takes a lease if no one has it.
    pub(crate) async fn take(node: &Node, key: LeaseKey) -> Result<Option<Self>, StoreError> {
        let ttl = node.settings.lease_ttl;
        let asked = node.ports.clock.monotonic();
        let lease = node.ports.leases.acquire(key, node.id(), ttl).await?;
        Ok(lease.map(|lease| Self {
            lease,
            ttl,
            hold: Hold::until(&node.ports.clock, asked + Lease::sure_for(ttl)),
            next_beat: Instant::now() + ttl / 3,
        }))
    }

    /// Until when it is surely ours, as it is at any time.
    pub(crate) fn hold(&self) -> &Hold {
        &self.hold
    }

    /// When [`HeldLease::beat`] is due.
    pub(crate) fn next_beat(&self) -> Instant {
        self.next_beat
    }

    /// Keeps the lease; `false`: it is lost.
    pub(crate) async fn beat(&mut self, node: &Node) -> bool {
        let ttl = self.ttl;
        let asked = node.ports.clock.monotonic();
        let renewed = node.ports.leases.renew(&self.lease, ttl).await;
        self.next_beat = Instant::now() + ttl / 3;
        match renewed {
            Ok(true) => {
                self.hold.prolong(asked + Lease::sure_for(ttl));
                // An answer that took as long as the lease says nothing.
                self.hold.is_sure()
            }
            // It cannot have lapsed yet: whoever kept it forgot it.
            Ok(false) if self.hold.is_sure() && self.take_again(node).await => true,
            Ok(false) => {
                self.hold.end();
                false
            }
            // It is still ours until it lapses: asked again sooner.
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), lease = self.lease.key.as_text(), "a lease could not be renewed");
                self.next_beat = Instant::now() + ttl / 10;
                self.hold.is_sure()
            }
        }
    }

    /// Takes a forgotten lease once more, if no one else has it by now. If
    /// someone had it in between, the fence tells.
    async fn take_again(&mut self, node: &Node) -> bool {
        let (key, ttl) = (self.lease.key.clone(), self.ttl);
        let asked = node.ports.clock.monotonic();
        match node.ports.leases.acquire(key, node.id(), ttl).await {
            Ok(Some(lease)) => {
                self.lease = lease;
                self.hold.prolong(asked + Lease::sure_for(ttl));
                self.hold.is_sure()
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), lease = self.lease.key.as_text(), "a lease that was forgotten could not be taken again");
                false
            }
        }
    }

    /// Keeps the lease while something is done; breaks it off when the lease
    /// is lost or the node stops.
    pub(crate) async fn keep_while<F: Future>(
        &mut self,
        node: &Node,
        work: F,
    ) -> Result<F::Output, Interrupted> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                () = node.stop.cancelled() => return Err(Interrupted),
                () = tokio::time::sleep_until(self.next_beat) => {
                    if !self.beat(node).await {
                        return Err(Interrupted);
                    }
                }
                output = &mut work => return Ok(output),
            }
        }
    }

    /// The same lease once more, to be given back for who falls over.
    pub(crate) fn spare(&self) -> Self {
        Self {
            lease: self.lease.clone(),
            hold: self.hold.clone(),
            ..*self
        }
    }

    /// Gives the lease back. Nothing is sent under it from here on.
    pub(crate) async fn release(self, node: &Node) {
        self.hold.end();
        if let Err(error) = node.ports.leases.release(&self.lease).await {
            tracing::warn!(error = %Reason::of(&error), lease = self.lease.key.as_text(), "a lease could not be given back; it will lapse");
        }
    }
}
