//! The nodes, and what each is at.

use async_trait::async_trait;

use crate::listing::{Tenants, Total};
use crate::page::BrokenRow;
use crate::ports::{NodeRecord, StoreError};

/// A node in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRow {
    /// What it said of itself.
    pub node: NodeRecord,
    /// How many logins it has that are not over.
    pub logins: Total,
    /// How many sessions it has claimed.
    pub sessions: Total,
    /// How many jobs it is at.
    pub jobs: Total,
}

/// The nodes, and what each is at.
#[async_trait]
pub trait NodeListing: Send + Sync {
    /// The nodes that work for these tenants, the last started first; those that
    /// are gone too, until they are forgotten.
    async fn nodes(&self, tenants: &Tenants)
    -> Result<Vec<Result<NodeRow, BrokenRow>>, StoreError>;
}
