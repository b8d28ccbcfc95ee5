//! Forgets rows that were frozen to act on them, when no one did.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::bulk::Selection;
use sesame_domain::job::JobKind;
use sesame_domain::plural::counted;
use sesame_domain::ports::Selections;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts};
use crate::run::JobRun;

struct ForgetSelections(Arc<dyn Selections>);

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(ForgetSelections(Arc::clone(&ports.selections))))
}

#[async_trait]
impl Maintenance for ForgetSelections {
    fn kind(&self) -> JobKind {
        JobKind::named("forget_selections")
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::minutes(20))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let kept = TimeDelta::minutes(Selection::BEGUN_WITHIN_MINUTES);
        let forgotten = self.0.forget(run.now() - kept).await?;
        Ok(format!("{} forgotten", counted(forgotten, "selection")))
    }
}
