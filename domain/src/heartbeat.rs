//! Which nodes are alive.
//!
//! A node holds a lease on being alive for as long as it runs. What a row says
//! is worked on by a node that is alive need not be asked about any further:
//! others ask one question about the node instead of one about each piece of its
//! work, and take over what a node leaves that is alive no more.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::held_lease::{HeldLease, Renewal};
use crate::ids::NodeId;
use crate::ports::{LeaseKey, Leases, StoreError};
use crate::time::Clock;

/// A stretch of time in which others took this node for alive without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term(u64);

/// The sign of life of this node, and what it knows of others.
pub struct Heartbeat {
    leases: Arc<dyn Leases>,
    clock: Arc<dyn Clock>,
    node: NodeId,
    standing: Mutex<Standing>,
}

#[derive(Default)]
struct Standing {
    term: u64,
    held: Option<HeldLease>,
}

impl Heartbeat {
    /// For so long after its last beat others take a node for alive.
    pub const TTL: Duration = Duration::from_secs(3);
    /// How often it is to beat.
    pub const EVERY: Duration = Duration::from_secs(1);

    /// Of a node that has given no sign of life yet.
    pub fn new(leases: Arc<dyn Leases>, clock: Arc<dyn Clock>, node: NodeId) -> Self {
        Self {
            leases,
            clock,
            node,
            standing: Mutex::default(),
        }
    }

    /// Whose it is.
    pub fn node(&self) -> &NodeId {
        &self.node
    }

    /// The stretch of time in which others surely take this node for alive, now
    /// and since when it was last another; `None`: they may think that it is
    /// gone, and take over what it does.
    pub fn term(&self) -> Option<Term> {
        let standing = self.lock();
        let held = standing.held.as_ref()?;
        held.is_sure().then_some(Term(standing.term))
    }

    /// Whether a node is alive, as it told all.
    ///
    /// # Errors
    /// When that cannot be told.
    pub async fn is_alive(&self, node: &NodeId) -> Result<bool, StoreError> {
        self.leases.is_held(&LeaseKey::Node(node.clone())).await
    }

    /// Gives a sign of life.
    ///
    /// # Errors
    /// When it cannot be given: at the end of [`Heartbeat::TTL`] others think
    /// that this node is gone.
    pub async fn beat(&self) -> Result<(), StoreError> {
        let held = self.lock().held.as_ref().map(HeldLease::spare);
        if let Some(mut held) = held {
            match held.renew().await? {
                Renewal::Kept => return Ok(()),
                // Who looked meanwhile took this node for gone.
                Renewal::Restored => {
                    self.lock().term += 1;
                    return Ok(());
                }
                Renewal::Lost => self.lock().held = None,
            }
        }
        let key = LeaseKey::Node(self.node.clone());
        let taken = HeldLease::take(&self.leases, &self.clock, key, &self.node, Self::TTL);
        // `None`: one whose answer was lost is still to lapse.
        if let Some(held) = taken.await? {
            let mut standing = self.lock();
            standing.term += 1;
            standing.held = Some(held);
        }
        Ok(())
    }

    /// Others may take over at once.
    ///
    /// # Errors
    /// When they cannot be told: they wait until the lease lapses.
    pub async fn stop(&self) -> Result<(), StoreError> {
        let held = self.lock().held.take();
        match held {
            Some(held) => held.release().await,
            None => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Heartbeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heartbeat")
            .field("node", &self.node)
            .finish_non_exhaustive()
    }
}
