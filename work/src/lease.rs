//! Whether this node is at work, as others see it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sesame_domain::ids::NodeId;
use sesame_domain::ports::{Lease, LeaseKey, Leases};
use sesame_domain::reason::Reason;
use tokio::time::Instant;

/// Being at work: one lease a node, however many jobs it does. Whoever gets it
/// instead knows that the node is gone, and puts its jobs back.
pub(crate) struct NodeLease {
    leases: Arc<dyn Leases>,
    node: NodeId,
    held: Mutex<Option<Held>>,
}

#[derive(Clone)]
struct Held {
    lease: Lease,
    /// When it was surely ours last.
    renewed: Instant,
}

impl NodeLease {
    /// How long after its last sign of life a node counts as gone.
    pub(crate) const TTL: Duration = Duration::from_secs(4);
    /// How often it gives one.
    pub(crate) const BEAT: Duration = Duration::from_secs(1);

    pub(crate) fn new(leases: Arc<dyn Leases>, node: NodeId) -> Self {
        Self {
            leases,
            node,
            held: Mutex::new(None),
        }
    }

    /// Whether this node may do jobs.
    pub(crate) fn is_held(&self) -> bool {
        let held = self.lock();
        held.as_ref()
            .is_some_and(|held| held.renewed.elapsed() < Self::TTL)
    }

    /// Gives a sign of life; `false`: others may think that this node is gone.
    /// It may be so again after the next one.
    pub(crate) async fn beat(&self) -> bool {
        let held = self.lock().clone();
        let Some(held) = held else {
            self.take().await;
            return true;
        };
        let asked = Instant::now();
        match self.leases.renew(&held.lease, Self::TTL).await {
            Ok(true) => {
                *self.lock() = Some(Held {
                    renewed: asked,
                    ..held
                });
                true
            }
            Ok(false) => {
                *self.lock() = None;
                self.take().await;
                false
            }
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), "no sign of life can be given");
                let is_ours = held.renewed.elapsed() + Self::BEAT < Self::TTL;
                if !is_ours {
                    *self.lock() = None;
                }
                is_ours
            }
        }
    }

    async fn take(&self) {
        let asked = Instant::now();
        let key = LeaseKey::Runner(self.node.clone());
        match self.leases.acquire(key, &self.node, Self::TTL).await {
            Ok(lease) => {
                *self.lock() = lease.map(|lease| Held {
                    lease,
                    renewed: asked,
                });
            }
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), "no jobs are done for now");
            }
        }
    }

    /// Others may take over at once.
    pub(crate) async fn give_back(&self) {
        let held = self.lock().take();
        let Some(held) = held else { return };
        if let Err(error) = self.leases.release(&held.lease).await {
            tracing::debug!(error = %Reason::of(&error), "a lease lapses by itself");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
