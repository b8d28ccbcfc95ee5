//! Where it is kept what came of verifying the audit.

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::ids::TenantId;
use crate::listing::Tenants;
use crate::page::BrokenRow;
use crate::time::Timestamp;

use super::StoreError;

/// What came of verifying the whole audit of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditVerification {
    /// Whose audit.
    pub tenant: TenantId,
    /// When it was begun.
    pub at: Timestamp,
    /// How many entries are as they were written.
    pub entries: u64,
    /// The first row that is not, in words; `None`: the audit is whole.
    pub first_bad: Option<String>,
}

impl AuditVerification {
    /// How often the whole audit is verified: all of it is read.
    pub const EVERY: TimeDelta = TimeDelta::hours(6);
}

/// Where it is kept what came of verifying the audit, the last time of each
/// tenant. Who can write to the database can write here, too: it says what was
/// found, and proves nothing.
#[async_trait]
pub trait AuditVerifications: Send + Sync {
    /// The audit of a tenant was verified, with this outcome.
    async fn note(&self, verification: &AuditVerification) -> Result<(), StoreError>;

    /// The last of each of these tenants.
    async fn last(
        &self,
        tenants: &Tenants,
    ) -> Result<Vec<Result<AuditVerification, BrokenRow>>, StoreError>;
}
