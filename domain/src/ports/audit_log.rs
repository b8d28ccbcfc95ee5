//! Where the audit is written.

use async_trait::async_trait;

use crate::audit::AuditEntry;
use crate::ids::Owner;

use super::StoreError;

/// The audit: only ever added to.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Adds an entry; when this returns, it is durable.
    async fn append(&self, entry: AuditEntry) -> Result<(), StoreError>;

    /// The latest entries about an owner, newest first.
    async fn about(&self, owner: &Owner, limit: u32) -> Result<Vec<AuditEntry>, StoreError>;
}
