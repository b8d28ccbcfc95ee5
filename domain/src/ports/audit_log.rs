//! Where the audit is written.

use async_trait::async_trait;

use crate::audit::AuditEntry;
use crate::ids::Owner;
use crate::time::Timestamp;

use super::StoreError;

/// The audit: only ever added to.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Adds an entry; when this returns, it is durable.
    async fn append(&self, entry: AuditEntry) -> Result<(), StoreError>;

    /// The latest entries about an owner, newest first.
    async fn about(&self, owner: &Owner, limit: u32) -> Result<Vec<AuditEntry>, StoreError>;

    /// Entries about an owner, newest first: those before that moment, or the
    /// latest. A page never ends inside a moment, so that the next one, before
    /// the moment of its last entry, misses nothing; it may be longer than
    /// `limit` for that. A page with fewer entries than `limit` is the last.
    async fn page(
        &self,
        owner: &Owner,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError>;
}
