//! Restores the newest backup into a scratch database.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::job::JobKind;
use sesame_domain::plural::counted;
use sesame_domain::schedule::Every;

use crate::maintenance::{
    BackupPorts, Maintenance, MaintenanceFailure, MaintenancePorts, actor, telling,
};
use crate::run::JobRun;

struct Rehearse(BackupPorts);

/// With a place for backups.
pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(Rehearse(ports.backups.clone()?)))
}

#[async_trait]
impl Maintenance for Rehearse {
    fn kind(&self) -> JobKind {
        JobKind::REHEARSE
    }

    fn every(&self) -> Every {
        Every::about(self.0.rehearse_every)
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let maintenance = &self.0.maintenance;
        let done = maintenance
            .rehearse(actor(&self.kind()), &telling(run))
            .await?;
        Ok(format!(
            "the backup of {} gave back {}, {} of them opened",
            done.made_at.format("%Y-%m-%d %H:%M"),
            counted(done.records, "record"),
            done.opened
        ))
    }
}
