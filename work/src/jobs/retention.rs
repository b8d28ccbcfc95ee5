//! Ends sessions that the policy no longer keeps. Each tenant has a policy, so
//! each has this done for itself.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::ports::SessionRetention;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts, actor};
use crate::run::JobRun;

const KIND: JobKind = JobKind::named("retention");

struct Retention {
    sessions: Arc<dyn SessionRetention>,
    kind: JobKind,
}

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(Retention {
        sessions: Arc::clone(&ports.retention),
        kind: KIND.of_tenant(&ports.tenant),
    }))
}

#[async_trait]
impl Maintenance for Retention {
    fn kind(&self) -> JobKind {
        self.kind.clone()
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::hours(1))
    }

    async fn run(&self, _run: &JobRun) -> Result<String, MaintenanceFailure> {
        let ended = self.sessions.end_expired(actor(&KIND)).await?;
        Ok(format!(
            "sessions ended: {} unused, {} too old, {} dead",
            ended.unused, ended.too_old, ended.dead
        ))
    }
}
