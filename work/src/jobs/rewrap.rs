//! Wraps data keys anew that are under older versions.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::plural::counted;
use sesame_domain::ports::KeyMaintenance;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts, actor, telling};
use crate::run::JobRun;

const KIND: JobKind = JobKind::named("rewrap");

struct Rewrap(Arc<dyn KeyMaintenance>);

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(Rewrap(Arc::clone(&ports.keys))))
}

#[async_trait]
impl Maintenance for Rewrap {
    fn kind(&self) -> JobKind {
        KIND
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::minutes(10))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let done = self.0.rewrap(actor(&KIND), &telling(run)).await?;
        Ok(format!("{} wrapped anew", counted(done, "data key")))
    }
}
