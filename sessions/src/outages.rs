//! Data centres that do not answer.

use std::fmt;
use std::sync::Arc;

use crate::gate::Outage;
use crate::node::Node;

/// Knows which data centres do not answer this node.
#[derive(Clone)]
pub struct Outages(pub(crate) Arc<Node>);

impl Outages {
    /// Those that are left alone now.
    pub fn now(&self) -> Vec<Outage> {
        self.0.gate.outages()
    }
}

impl fmt::Debug for Outages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Outages").field(&self.now()).finish()
    }
}
