//! Where tenants are registered that do not stand in the environment.

use async_trait::async_trait;

use crate::audit::AuditEntry;
use crate::ids::TenantId;
use crate::page::BrokenRow;
use crate::sealed::Sealed;
use crate::tenant::{Tenant, TenantChange};

use super::StoreError;

/// What became of a tenant that was to be added or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantChanged {
    /// It is so now.
    Done(Tenant),
    /// There is one of this name already.
    NameTaken,
    /// The bot is this tenant's already.
    BotTaken(TenantId),
    /// There is none of this name.
    NotFound,
    /// It was changed since it was looked at.
    Stale,
}

/// Where tenants are registered that do not stand in the environment. Whoever
/// changes one wakes the nodes by [`super::Topic::Tenants`].
#[async_trait]
pub trait TenantRegister: Send + Sync {
    /// All of them, by name. One that cannot be read stops no other.
    async fn all(&self) -> Result<Vec<Result<Tenant, BrokenRow>>, StoreError>;

    /// Adds one, with the token that it names; the audit says so in the same
    /// transaction.
    async fn add(
        &self,
        tenant: &Tenant,
        token: &Sealed,
        audit: AuditEntry,
    ) -> Result<TenantChanged, StoreError>;

    /// Changes one that still has this version; the audit says so in the same
    /// transaction.
    async fn change(
        &self,
        id: &TenantId,
        version: i64,
        change: TenantChange,
        audit: AuditEntry,
    ) -> Result<TenantChanged, StoreError>;

    /// Forgets one that leaves, with its token and what its schedules remember; `false`: there is
    /// none that does. The audit says so in the same transaction.
    async fn forget(&self, id: &TenantId, audit: AuditEntry) -> Result<bool, StoreError>;
}
