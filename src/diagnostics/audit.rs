//! The audit.

use async_trait::async_trait;
use sesame_checks::{AuditChain, AuditSeen};
use sesame_custody::audit::{self, Report};
use sesame_domain::audit::Checkpoint;
use sesame_domain::job::JobKind;
use sesame_domain::listing::Tenants;
use sesame_domain::ports::{AuditTrail, AuditVerifications, Schedules, StoreError};
use sesame_store::Database;

use crate::node::Core;

/// The audit of every tenant.
pub(super) struct Chain(pub(super) Core);

#[async_trait]
impl AuditChain for Chain {
    async fn verified(&self) -> Result<AuditSeen, StoreError> {
        let at = self.0.clock.now();
        let reports = verify(&self.0, &[]).await?;
        let bad = reports.iter().find_map(Report::first);
        let newest = reports.iter().filter_map(|it| it.newest);
        Ok(AuditSeen {
            entries: reports.iter().map(|it| it.entries).sum(),
            first_bad: bad.map(ToString::to_string),
            newest: newest.map(|it| it.at).collect(),
            at: Some(at),
        })
    }
}

/// The audit of every tenant, as the job found it that verifies it: a node that
/// runs looks often, and not at every entry.
pub(super) struct Verified(pub(super) Database);

#[async_trait]
impl AuditChain for Verified {
    async fn verified(&self) -> Result<AuditSeen, StoreError> {
        let trail = self.0.audit_trail();
        let last = self.0.audit_verifications().last(&Tenants::All).await?;
        let last: Vec<_> = last.into_iter().flatten().collect();
        let records = self.0.schedules().records().await?;
        let job = records.iter().flatten();
        let mut job = job.filter(|it| it.kind == JobKind::VERIFY_AUDIT);
        // Of an audit that began since, there was nothing to verify then.
        let done_at = job.next().and_then(|it| it.done_at);
        let (mut seen, mut moments) = (AuditSeen::default(), Vec::new());
        for tenant in trail.tenants().await? {
            let newest = trail.last_checkpoint(&tenant).await?;
            seen.newest.extend(newest.map(|it| it.at));
            let verified = last.iter().find(|it| it.tenant == tenant);
            moments.push(verified.map_or(done_at, |it| Some(it.at)));
        }
        seen.entries = last.iter().map(|it| it.entries).sum();
        seen.first_bad = last.into_iter().find_map(|it| it.first_bad);
        // The longest ago; never, if there is one of which it was never done.
        seen.at = moments.into_iter().min().unwrap_or(done_at);
        Ok(seen)
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
