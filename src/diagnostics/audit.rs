//! The audit.

use async_trait::async_trait;
use sesame_checks::{AuditChain, AuditSeen};
use sesame_custody::audit::{self, Report};
use sesame_domain::audit::Checkpoint;
use sesame_domain::ports::{AuditTrail, StoreError};

use crate::node::Core;

/// The audit of every tenant.
pub(super) struct Chain(pub(super) Core);

#[async_trait]
impl AuditChain for Chain {
    async fn verify(&self) -> Result<AuditSeen, StoreError> {
        let reports = verify(&self.0, &[]).await?;
        let bad = reports.iter().find_map(Report::first);
        let newest = reports.iter().filter_map(|it| it.newest);
        Ok(AuditSeen {
            entries: reports.iter().map(|it| it.entries).sum(),
            first_bad: bad.map(ToString::to_string),
            newest: newest.map(|it| it.at).collect(),
        })
    }
}

/// Verifies the audit of every tenant, also against checkpoints that are held
/// elsewhere.
pub(crate) async fn verify(core: &Core, held: &[Checkpoint]) -> Result<Vec<Report>, StoreError> {
    let mut reports = Vec::new();
    let trail = core.database.audit_trail();
    for tenant in trail.tenants().await? {
        let held: Vec<_> = held
            .iter()
            .filter(|it| it.tenant == tenant)
            .cloned()
            .collect();
        let keys = core.token_keys.as_ref();
        reports.push(audit::verify(&trail, keys, &tenant, &held).await?);
    }
    Ok(reports)
}
