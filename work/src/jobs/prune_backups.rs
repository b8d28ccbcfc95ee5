//! Removes backups that are not kept any longer. A job of its own: a backup
//! that was made is no failure, and not made again, because old ones could not
//! be removed.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::job::JobKind;
use sesame_domain::schedule::Every;

use crate::maintenance::{BackupPorts, Maintenance, MaintenanceFailure, MaintenancePorts, actor};
use crate::run::JobRun;

struct PruneBackups(BackupPorts);

/// With a place for them.
pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(PruneBackups(ports.backups.clone()?)))
}

#[async_trait]
impl Maintenance for PruneBackups {
    fn kind(&self) -> JobKind {
        JobKind::PRUNE_BACKUPS
    }

    fn every(&self) -> Every {
        Every::about(self.0.every)
    }

    async fn run(&self, _run: &JobRun) -> Result<String, MaintenanceFailure> {
        Ok(self.0.maintenance.prune(actor(&self.kind())).await?)
    }
}
