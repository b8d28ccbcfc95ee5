//! What jobs ask of the administration of keys.

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::audit::Actor;
use sesame_domain::plural::{agreeing, counted};
use sesame_domain::ports::{KeyMaintenance, MaintenanceError, OnDone};

use super::KeyAdministration;

#[async_trait]
impl KeyMaintenance for KeyAdministration {
    async fn rotate_if_older(
        &self,
        max_age: TimeDelta,
        actor: Actor,
    ) -> Result<Option<i64>, MaintenanceError> {
        let max_age = max_age.to_std().unwrap_or_default();
        let rotated = Self::rotate_if_older(self, max_age, actor).await;
        let rotated = rotated.map_err(|error| MaintenanceError::of(&error))?;
        Ok(rotated.map(|key| key.number))
    }

    async fn rewrap(&self, actor: Actor, on_done: OnDone<'_>) -> Result<u64, MaintenanceError> {
        let mut progress = |progress: super::RewrapProgress| {
            on_done(progress.done + progress.skipped, Some(progress.total));
        };
        let report = Self::rewrap(self, actor, &mut progress).await;
        let report = report.map_err(|error| MaintenanceError::of(&error))?;
        match report.broken.len() + report.out_of_reach.len() {
            0 => Ok(report.done),
            left => Err(MaintenanceError::new(format!(
                "{} could not be wrapped anew: `sesame keys rewrap` names {}",
                counted(left, "data key"),
                agreeing(left, "it", "them")
            ))),
        }
    }
}
