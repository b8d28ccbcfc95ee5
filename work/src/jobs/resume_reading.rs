//! Sees to it that every channel that someone wants is read: gives those that no one
//! reads to someone who may, and wakes readers that should have looked by now.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::channel::reading_job;
use sesame_domain::ids::JobId;
use sesame_domain::job::{JobAccess, JobKind};
use sesame_domain::plural::counted;
use sesame_domain::ports::Jobs;
use sesame_domain::schedule::Every;

use crate::maintenance::{ChannelUpkeep, Maintenance, MaintenanceFailure, MaintenancePorts};
use crate::run::JobRun;

/// How many are looked at in one go.
const MOST: u32 = 1_000;

struct ResumeReading {
    upkeep: ChannelUpkeep,
    jobs: Arc<dyn Jobs>,
}

/// Always.
pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(ResumeReading {
        upkeep: ports.channels.clone(),
        jobs: Arc::clone(&ports.jobs),
    }))
}

#[async_trait]
impl Maintenance for ResumeReading {
    fn kind(&self) -> JobKind {
        JobKind::named("resume_reading")
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::minutes(1))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let now = run.now();
        let assigned = self.upkeep.channels.assign(now, MOST).await?;
        let mut woken = 0;
        for reader in self.upkeep.channels.due_readers(now, MOST).await? {
            let id = JobId::generate(&*self.upkeep.entropy, now);
            let job = reading_job(id, reader.owner, reader.account, now);
            let asked = self.jobs.enqueue(&job).await?;
            let hurried = !asked.is_new && self.jobs.hurry(asked.id, &JobAccess::All, now).await?;
            woken += u64::from(asked.is_new || hurried);
        }
        let assigned = counted(assigned, "channel");
        Ok(format!(
            "{assigned} given to someone who may read, {woken} woken"
        ))
    }
}
