//! Makes a backup.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::job::JobKind;
use sesame_domain::plural::counted;
use sesame_domain::schedule::Every;

use crate::maintenance::{
    BackupPorts, Maintenance, MaintenanceFailure, MaintenancePorts, actor, telling,
};
use crate::run::JobRun;

struct Backup(BackupPorts);

/// With a place for it.
pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(Backup(ports.backups.clone()?)))
}

#[async_trait]
impl Maintenance for Backup {
    fn kind(&self) -> JobKind {
        JobKind::BACKUP
    }

    fn every(&self) -> Every {
        Every::about(self.0.every)
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let maintenance = &self.0.maintenance;
        let made = maintenance.make(actor(&self.kind()), &telling(run)).await?;
        Ok(format!(
            "{} ({} unchanged), {} put there",
            counted(made.records, "record"),
            made.unchanged,
            counted(made.bytes, "byte")
        ))
    }
}
