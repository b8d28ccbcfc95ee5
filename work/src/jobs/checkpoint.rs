//! Ties the strands of the audit together.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::plural::counted;
use sesame_domain::ports::AuditMaintenance;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts};
use crate::run::JobRun;

struct Checkpoint(Arc<dyn AuditMaintenance>);

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(Checkpoint(Arc::clone(&ports.audit))))
}

#[async_trait]
impl Maintenance for Checkpoint {
    fn kind(&self) -> JobKind {
        JobKind::named("checkpoint")
    }

    /// As much of its end someone could cut off unseen.
    fn every(&self) -> Every {
        Every::about(TimeDelta::minutes(5))
    }

    async fn run(&self, _run: &JobRun) -> Result<String, MaintenanceFailure> {
        let made = self.0.checkpoint().await?;
        Ok(format!("{} made", counted(made, "checkpoint")))
    }
}
