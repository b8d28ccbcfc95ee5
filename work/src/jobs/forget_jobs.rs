//! Forgets jobs that are over for a while.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::plural::counted;
use sesame_domain::ports::Jobs;
use sesame_domain::progress::Unit;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts};
use crate::run::JobRun;

/// How long one can look up what came of a job.
const KEPT: TimeDelta = TimeDelta::days(14);
/// How many are removed in one go.
const BATCH: u32 = 1_000;

struct ForgetJobs(Arc<dyn Jobs>);

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(ForgetJobs(Arc::clone(&ports.jobs))))
}

#[async_trait]
impl Maintenance for ForgetJobs {
    fn kind(&self) -> JobKind {
        JobKind::named("forget_jobs")
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::hours(1))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let mut forgotten = 0;
        loop {
            let now = run.now();
            let batch = self.0.forget(now - KEPT, now, BATCH).await?;
            forgotten += batch;
            run.progress().tell(forgotten, None, &Unit::Items);
            if batch < u64::from(BATCH) {
                return Ok(format!("{} forgotten", counted(forgotten, "job")));
            }
        }
    }
}
