//! A lease that is held and kept.

use std::future::Future;
use std::time::Duration;

use sesame_domain::ports::{Lease, LeaseKey, StoreError};
use sesame_domain::reason::Reason;
use tokio::time::Instant;

use crate::node::Node;

/// A lease that is held.
pub(crate) struct HeldLease {
    lease: Lease,
    ttl: Duration,
    /// When it was surely ours last.
    renewed: Instant,
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
        let asked = Instant::now();
        let lease = node.ports.leases.acquire(key, node.id(), ttl).await?;
        Ok(lease.map(|lease| Self {
            lease,
            ttl,
            renewed: asked,
            next_beat: asked + ttl / 3,
        }))
    }

    /// When [`HeldLease::beat`] is due.
    pub(crate) fn next_beat(&self) -> Instant {
        self.next_beat
    }

    /// Keeps the lease; `false`: it is lost.
    pub(crate) async fn beat(&mut self, node: &Node) -> bool {
        let asked = Instant::now();
        let ttl = self.ttl;
        self.next_beat = asked + ttl / 3;
        match node.ports.leases.renew(&self.lease, ttl).await {
            Ok(true) => {
                self.renewed = asked;
                true
            }
            Ok(false) => false,
            // It is still ours until it lapses. Asked again sooner, and given
            // up early enough to break the connection before another node may
            // open the same key.
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), lease = self.lease.key.as_text(), "a lease could not be renewed");
                let now = Instant::now();
                self.next_beat = now + ttl / 10;
                now + ttl / 5 < self.renewed + ttl
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
            ..*self
        }
    }

    /// Gives the lease back.
    pub(crate) async fn release(self, node: &Node) {
        if let Err(error) = node.ports.leases.release(&self.lease).await {
            tracing::warn!(error = %Reason::of(&error), lease = self.lease.key.as_text(), "a lease could not be given back; it will lapse");
        }
    }
}
