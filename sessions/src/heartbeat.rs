//! Which nodes are alive.
//!
//! A node holds a lease on being alive for as long as it runs. What a row says
//! is worked on by a node that is alive need not be asked about any further:
//! others ask one question about the node instead of one about each login.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sesame_domain::ids::NodeId;
use sesame_domain::ports::{LeaseKey, StoreError};
use sesame_domain::reason::Reason;

use crate::lease::HeldLease;
use crate::node::Node;

/// How long others take this node for alive after its last beat: never longer
/// than the leases of what it works on last, so that no one waits for this
/// lease who could have one of those.
fn ttl(node: &Node) -> Duration {
    node.settings.lease_ttl * 2 / 3
}

/// Holds this node's lease on being alive until it stops. Without it, others
/// only ask more than they need to.
pub(crate) async fn keep_heartbeat(node: Arc<Node>) {
    while !node.stop.is_cancelled() {
        let key = LeaseKey::Node(node.id().clone());
        match HeldLease::take_for(&node, key, ttl(&node)).await {
            Ok(Some(lease)) => beat(&node, lease).await,
            // One that was lost and has not lapsed yet.
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), "other nodes do not hear that this one is alive");
            }
        }
        tokio::select! {
            () = node.stop.cancelled() => {}
            () = tokio::time::sleep(ttl(&node) / 3) => {}
        }
    }
}

/// Keeps the lease until it is lost, or the node stops: then it is given back
/// at once, so that others look for what this node leaves.
async fn beat(node: &Node, mut lease: HeldLease) {
    // Nothing but an interruption ends it.
    let _ = lease.keep_while(node, std::future::pending::<()>()).await;
    if node.stop.is_cancelled() {
        lease.release(node).await;
    }
}

/// What is known of other nodes while a list of work is looked through.
pub(crate) struct Peers<'a> {
    node: &'a Node,
    alive: HashMap<NodeId, bool>,
}

impl<'a> Peers<'a> {
    /// Nothing is known yet.
    pub(crate) fn of(node: &'a Node) -> Self {
        Self {
            node,
            alive: HashMap::new(),
        }
    }

    /// Whether this is another node, and alive.
    pub(crate) async fn is_alive(&mut self, id: &NodeId) -> Result<bool, StoreError> {
        if id == self.node.id() {
            return Ok(false);
        }
        if let Some(alive) = self.alive.get(id) {
            return Ok(*alive);
        }
        let key = LeaseKey::Node(id.clone());
        let alive = self.node.ports.leases.is_held(&key).await?;
        self.alive.insert(id.clone(), alive);
        Ok(alive)
    }
}
