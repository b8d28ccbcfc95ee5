//! The audit as a chain: to verify it, to tie it together, to shorten it.

use async_trait::async_trait;

use crate::audit::{AuditEntry, ChainedEntry, Checkpoint, Strand, StrandNo};
use crate::ids::TenantId;

use super::StoreError;

/// The audit as a chain ([`crate::audit::link`]).
#[async_trait]
pub trait AuditTrail: Send + Sync {
    /// Every tenant that has a chain, the instance among them.
    async fn tenants(&self) -> Result<Vec<TenantId>, StoreError>;

    /// The strands of a tenant as they are at one moment, by number.
    async fn strands(&self, tenant: &TenantId) -> Result<Vec<Strand>, StoreError>;

    /// Entries of a strand, by number, after that one. Rows that are no
    /// entries any more are [`StoreError::Inconsistent`] for the verifier to
    /// name: it then asks for them one by one.
    async fn entries(
        &self,
        tenant: &TenantId,
        strand: StrandNo,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ChainedEntry>, StoreError>;

    /// Checkpoints of a tenant, by number, after that one.
    async fn checkpoints(
        &self,
        tenant: &TenantId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Checkpoint>, StoreError>;

    /// The newest checkpoint of a tenant.
    async fn last_checkpoint(&self, tenant: &TenantId) -> Result<Option<Checkpoint>, StoreError>;

    /// Adds a checkpoint; `false`: there is one with its number already.
    async fn add_checkpoint(&self, checkpoint: &Checkpoint) -> Result<bool, StoreError>;

    /// Removes the entries up to a checkpoint, which becomes the base of the
    /// chain, in batches; returns how many were removed.
    async fn prune(&self, through: &Checkpoint, audit: AuditEntry) -> Result<u64, StoreError>;
}
