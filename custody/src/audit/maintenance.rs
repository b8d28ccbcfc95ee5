//! What jobs ask of the audit: verifying, checkpoints and pruning, tenant by tenant.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::audit::Actor;
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{
    AuditMaintenance, AuditTrail, AuditVerification, AuditVerifications, AuditsVerified,
    MaintenanceError, StoreError, TokenKeys,
};
use sesame_domain::reason::Reason;
use sesame_domain::time::Clock;

use super::{AuditError, Pruning, checkpoint, prune, verify};

/// Keeps the audit of all tenants.
#[derive(Clone)]
pub struct AuditUpkeep {
    /// The audit.
    pub trail: Arc<dyn AuditTrail>,
    /// Where it is kept what came of verifying it.
    pub verifications: Arc<dyn AuditVerifications>,
    /// What its chain is linked with.
    pub keys: Arc<dyn TokenKeys>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// From where, for the audit.
    pub origin: String,
    /// Whose audit is verified although nothing is in it yet: that it is whole is known
    /// from the first moment, and not only half a day later.
    pub tenant: TenantId,
}

impl fmt::Debug for AuditUpkeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditUpkeep")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// The tenants that it worked for, added up, and those that it did not.
#[derive(Default)]
struct Sum {
    done: u64,
    failed: Vec<String>,
}

impl Sum {
    fn add(&mut self, tenant: &TenantId, done: Result<u64, AuditError>) {
        match done {
            Ok(done) => self.done += done,
            Err(error) => self
                .failed
                .push(format!("{tenant}: {}", Reason::of(&error))),
        }
    }

    fn told(self) -> Result<u64, MaintenanceError> {
        if self.failed.is_empty() {
            Ok(self.done)
        } else {
            Err(MaintenanceError::new(self.failed.join("; ")))
        }
    }
}

impl AuditUpkeep {
    /// Verifies the audit of a tenant, and keeps what was found.
    async fn verified(&self, tenant: &TenantId) -> Result<AuditVerification, StoreError> {
        let at = self.clock.now();
        let (trail, keys) = (self.trail.as_ref(), self.keys.as_ref());
        let report = verify(trail, keys, tenant, &[]).await?;
        let found = AuditVerification {
            tenant: tenant.clone(),
            at,
            entries: report.entries,
            first_bad: report.first().map(ToString::to_string),
        };
        if let Some(bad) = &found.first_bad {
            tracing::error!(
                what = bad,
                "the audit is not as it was written: someone changed the database, and `sesame doctor audit` names all that is wrong"
            );
        }
        self.verifications.note(&found).await?;
        Ok(found)
    }

    async fn tenants(&self) -> Result<Vec<TenantId>, MaintenanceError> {
        let tenants = self.trail.tenants().await;
        tenants.map_err(|error| MaintenanceError::of(&error))
    }
}

#[async_trait]
impl AuditMaintenance for AuditUpkeep {
    async fn checkpoint(&self) -> Result<u64, MaintenanceError> {
        let (trail, keys, clock) = (&self.trail, &self.keys, &self.clock);
        let mut sum = Sum::default();
        for tenant in self.tenants().await? {
            let made = checkpoint(trail.as_ref(), keys.as_ref(), clock.as_ref(), &tenant).await;
            sum.add(&tenant, made.map(|made| u64::from(made.is_some())));
        }
        sum.told()
    }

    async fn verify(&self) -> Result<AuditsVerified, MaintenanceError> {
        let mut verified = AuditsVerified::default();
        let mut sum = Sum::default();
        let mut tenants = self.tenants().await?;
        if !tenants.contains(&self.tenant) {
            tenants.push(self.tenant.clone());
        }
        for tenant in tenants {
            let report = self.verified(&tenant).await;
            if let Ok(report) = &report {
                verified.tenants += 1;
                verified.entries += report.entries;
                verified.bad.extend(report.first_bad.clone());
            }
            sum.add(&tenant, report.map(|_| 1).map_err(AuditError::Store));
        }
        sum.told()?;
        Ok(verified)
    }

    async fn prune(&self, keep: TimeDelta, actor: Actor) -> Result<u64, MaintenanceError> {
        let (trail, keys, clock) = (&self.trail, &self.keys, &self.clock);
        let pruning = Pruning {
            keep: keep.to_std().unwrap_or_default(),
            actor,
            origin: self.origin.clone(),
        };
        let mut sum = Sum::default();
        for tenant in self.tenants().await? {
            let pruned = prune(
                trail.as_ref(),
                keys.as_ref(),
                clock.as_ref(),
                &tenant,
                &pruning,
            )
            .await;
            sum.add(&tenant, pruned.map(|it| it.map_or(0, |it| it.entries)));
        }
        sum.told()
    }
}
