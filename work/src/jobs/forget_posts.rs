//! Removes posts that no one wants any more: of channels that no one has read, and such
//! as are older than everyone keeps them.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::schedule::Every;

use crate::maintenance::{ChannelUpkeep, Maintenance, MaintenanceFailure, MaintenancePorts};
use crate::run::JobRun;

/// How many are removed at once: others write in between.
const BATCH: u32 = 1_000;

struct ForgetPosts(ChannelUpkeep);

/// Always.
pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(ForgetPosts(ports.channels.clone())))
}

#[async_trait]
impl Maintenance for ForgetPosts {
    fn kind(&self) -> JobKind {
        JobKind::named("forget_posts")
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::minutes(1))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let mut removed = 0;
        loop {
            let gone = self.0.channels.forget(run.now(), BATCH).await?;
            removed += gone;
            if gone == 0 || run.go_on().is_err() {
                return Ok(format!("{removed} removed"));
            }
        }
    }
}
