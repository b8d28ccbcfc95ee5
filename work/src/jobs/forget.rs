//! Forgets used launch data, links and tokens whose time is over.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::ports::OneTime;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts};
use crate::run::JobRun;

struct Forget(Arc<dyn OneTime>);

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(Forget(Arc::clone(&ports.one_time))))
}

#[async_trait]
impl Maintenance for Forget {
    fn kind(&self) -> JobKind {
        JobKind::named("forget")
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::minutes(10))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let forgotten = self.0.sweep(run.now()).await?;
        Ok(format!("links and tokens forgotten: {forgotten}"))
    }
}
