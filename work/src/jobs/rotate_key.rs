//! Makes a new wrapping key when the active one is too old.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::ports::KeyMaintenance;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts, actor};
use crate::run::JobRun;

const KIND: JobKind = JobKind::named("rotate_key");

struct RotateKey {
    keys: Arc<dyn KeyMaintenance>,
    max_age: TimeDelta,
}

/// With a greatest age.
pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(RotateKey {
        keys: Arc::clone(&ports.keys),
        max_age: ports.key_max_age?,
    }))
}

#[async_trait]
impl Maintenance for RotateKey {
    fn kind(&self) -> JobKind {
        KIND
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::hours(1))
    }

    async fn run(&self, _run: &JobRun) -> Result<String, MaintenanceFailure> {
        let rotated = self
            .keys
            .rotate_if_older(self.max_age, actor(&KIND))
            .await?;
        Ok(rotated.map_or_else(
            || "the active key is young enough".to_owned(),
            |number| format!("version {number} is active now"),
        ))
    }
}
