//! Verifies the whole audit.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::job::JobKind;
use sesame_domain::ports::{AuditMaintenance, AuditVerification};
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts};
use crate::run::JobRun;

struct VerifyAudit(Arc<dyn AuditMaintenance>);

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(VerifyAudit(Arc::clone(&ports.audit))))
}

#[async_trait]
impl Maintenance for VerifyAudit {
    fn kind(&self) -> JobKind {
        JobKind::VERIFY_AUDIT
    }

    /// All of it is read, by one node for all.
    fn every(&self) -> Every {
        Every::about(AuditVerification::EVERY)
    }

    /// An audit that is not whole is what was to be found out, and no failure:
    /// trying again would find the same. Whoever looks is told by what is noted.
    async fn run(&self, _run: &JobRun) -> Result<String, MaintenanceFailure> {
        let verified = self.0.verify().await?;
        Ok(verified.to_string())
    }
}
