//! Removes exports whose time is up, or whose account is not linked any more, and
//! the files of those that were removed.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::job::JobKind;
use sesame_domain::plural::counted;
use sesame_domain::schedule::Every;

use crate::maintenance::{ExportUpkeep, Maintenance, MaintenanceFailure, MaintenancePorts, actor};
use crate::run::JobRun;

/// How many are looked at in one go.
const BATCH: u32 = 100;
/// Whoever was at an export when it was removed has noticed by then.
const NOTICED: TimeDelta = TimeDelta::minutes(2);

struct ForgetExports(ExportUpkeep);

/// With a place for them.
pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(ForgetExports(ports.exports.clone()?)))
}

#[async_trait]
impl Maintenance for ForgetExports {
    fn kind(&self) -> JobKind {
        JobKind::named("forget_exports")
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::minutes(5))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let removed = self.remove(run).await?;
        let cleared = self.clear(run).await?;
        Ok(format!(
            "{} removed, the files of {cleared} cleared",
            counted(removed, "export")
        ))
    }
}

impl ForgetExports {
    async fn remove(&self, run: &JobRun) -> Result<u64, MaintenanceFailure> {
        let mut removed = 0;
        loop {
            let now = run.now();
            let mut gone = 0;
            for export in self.0.exports.expired(now, BATCH).await? {
                let reason = match export.account {
                    Some(_) => "kept long enough",
                    None => "unlinked",
                };
                let audit = AuditEntry::new(
                    now,
                    export.owner.clone(),
                    export.id.as_uuid(),
                    actor(&self.kind()),
                    Action::ExportRemoved,
                    reason,
                )
                .from(self.0.origin.clone());
                let done = self.0.exports.remove(export.id, &export.owner, audit);
                gone += u64::from(done.await?);
            }
            removed += gone;
            if gone == 0 {
                return Ok(removed);
            }
        }
    }

    async fn clear(&self, run: &JobRun) -> Result<u64, MaintenanceFailure> {
        let mut cleared = 0;
        loop {
            let before = run.now() - NOTICED;
            let found = self.0.exports.to_clear(before, BATCH).await?;
            if found.is_empty() {
                return Ok(cleared);
            }
            for id in found {
                let removed = self.0.store.remove(id).await;
                removed.map_err(|error| MaintenanceFailure::of(&error))?;
                self.0.exports.cleared(id).await?;
                cleared += 1;
            }
        }
    }
}
