//! Forgets nodes that were not seen for long.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::plural::counted;
use sesame_domain::ports::Nodes;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts};
use crate::run::JobRun;

/// How long one can look up that there was one.
const KEPT: TimeDelta = TimeDelta::days(7);

struct ForgetNodes(Arc<dyn Nodes>);

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(ForgetNodes(Arc::clone(&ports.nodes))))
}

#[async_trait]
impl Maintenance for ForgetNodes {
    fn kind(&self) -> JobKind {
        JobKind::named("forget_nodes")
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::hours(6))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let forgotten = self.0.forget(run.now() - KEPT).await?;
        Ok(format!("{} forgotten", counted(forgotten, "node")))
    }
}
