//! Forgets what was counted of the promises long ago.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::plural::counted;
use sesame_domain::ports::SloCounts;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts};
use crate::run::JobRun;

/// A little longer than anyone looks back.
const KEPT: TimeDelta = TimeDelta::days(35);

struct ForgetFigures(Arc<dyn SloCounts>);

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(ForgetFigures(Arc::clone(&ports.slo_counts))))
}

#[async_trait]
impl Maintenance for ForgetFigures {
    fn kind(&self) -> JobKind {
        JobKind::named("forget_figures")
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::days(1))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let forgotten = self.0.forget(run.now() - KEPT).await?;
        Ok(format!("{} forgotten", counted(forgotten, "hour")))
    }
}
