//! What is known of other nodes while a list of work is looked through.

use std::collections::HashMap;

use sesame_domain::ids::NodeId;
use sesame_domain::ports::StoreError;

use crate::node::Node;

/// Which other nodes are alive: each is asked about once a list. What a row says
/// is worked on by one of them need not be asked about any further.
pub(crate) struct OtherNodes<'a> {
    node: &'a Node,
    alive: HashMap<NodeId, bool>,
}

impl<'a> OtherNodes<'a> {
    /// Nothing is known yet.
    pub(crate) fn of(node: &'a Node) -> Self {
        Self {
            node,
            alive: HashMap::new(),
        }
    }

    /// Whether what a row says about who works on it means another node, and
    /// that is alive: it keeps its work.
    pub(crate) async fn keep(&mut self, claimed_by: Option<&NodeId>) -> Result<bool, StoreError> {
        let Some(id) = claimed_by.filter(|id| *id != self.node.id()) else {
            return Ok(false);
        };
        if let Some(alive) = self.alive.get(id) {
            return Ok(*alive);
        }
        let alive = self.node.ports.heartbeat.is_alive(id).await?;
        self.alive.insert(id.clone(), alive);
        Ok(alive)
    }
}
