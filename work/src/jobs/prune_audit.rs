//! Removes entries of the audit that are older than its retention.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::plural::counted;
use sesame_domain::ports::AuditMaintenance;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts, actor};
use crate::run::JobRun;

const KIND: JobKind = JobKind::named("prune_audit");

struct PruneAudit {
    audit: Arc<dyn AuditMaintenance>,
    keep: TimeDelta,
}

/// With a retention.
pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(PruneAudit {
        audit: Arc::clone(&ports.audit),
        keep: ports.audit_kept?,
    }))
}

#[async_trait]
impl Maintenance for PruneAudit {
    fn kind(&self) -> JobKind {
        KIND
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::days(1))
    }

    async fn run(&self, _run: &JobRun) -> Result<String, MaintenanceFailure> {
        let removed = self.audit.prune(self.keep, actor(&KIND)).await?;
        Ok(format!("{} removed", counted(removed, "entry")))
    }
}
