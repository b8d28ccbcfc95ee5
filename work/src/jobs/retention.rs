//! Ends sessions that the policy no longer keeps.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::ports::SessionRetention;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts, actor};
use crate::run::JobRun;

const KIND: JobKind = JobKind::named("retention");

struct Retention(Arc<dyn SessionRetention>);

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(Retention(Arc::clone(&ports.retention))))
}

#[async_trait]
impl Maintenance for Retention {
    fn kind(&self) -> JobKind {
        KIND
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::hours(1))
    }

    async fn run(&self, _run: &JobRun) -> Result<String, MaintenanceFailure> {
        let ended = self.0.end_expired(actor(&KIND)).await?;
        Ok(format!(
            "{} unused, {} too old, {} dead sessions ended",
            ended.unused, ended.too_old, ended.dead
        ))
    }
}
