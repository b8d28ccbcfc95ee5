//! Where nodes say that they are there.

use async_trait::async_trait;

use crate::ids::{NodeId, TenantId};
use crate::time::Timestamp;

use super::StoreError;

/// A node, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRecord {
    /// The node.
    pub id: NodeId,
    /// The tenant that it works for.
    pub tenant: TenantId,
    /// The version of its program.
    pub version: String,
    /// The name of its machine.
    pub host: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it last said that it is there. Whether it is alive now, its lease
    /// says ([`crate::heartbeat::Heartbeat::is_alive`]).
    pub seen_at: Timestamp,
    /// When it stopped in order; `None`: it runs, or was never heard of again.
    pub stopped_at: Option<Timestamp>,
}

/// Where nodes say that they are there, for people to look at. Nothing is decided
/// by it.
#[async_trait]
pub trait Nodes: Send + Sync {
    /// A node is there.
    async fn seen(&self, node: &NodeRecord) -> Result<(), StoreError>;

    /// A node stops in order.
    async fn stopped(&self, node: &NodeId, now: Timestamp) -> Result<(), StoreError>;

    /// Forgets nodes that were last seen before then; how many.
    async fn forget(&self, seen_before: Timestamp) -> Result<u64, StoreError>;
}
