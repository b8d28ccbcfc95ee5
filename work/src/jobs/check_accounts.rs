//! Looks whether the sessions of linked accounts are alive. They are of a tenant's
//! application and bot, so each has this done for itself.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::check_pace::CheckPace;
use sesame_domain::job::JobKind;
use sesame_domain::ports::AccountChecks;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, MaintenancePorts, telling};
use crate::run::JobRun;

const KIND: JobKind = JobKind::named("check_accounts");

struct CheckAccounts {
    checks: Arc<dyn AccountChecks>,
    pace: CheckPace,
    kind: JobKind,
}

pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(Arc::new(CheckAccounts {
        checks: Arc::clone(&ports.account_checks),
        pace: ports.check_pace,
        kind: KIND.of_tenant(&ports.tenant),
    }))
}

#[async_trait]
impl Maintenance for CheckAccounts {
    fn kind(&self) -> JobKind {
        self.kind.clone()
    }

    /// Once a window: which accounts are looked at in it, the pace says.
    fn every(&self) -> Every {
        Every::exactly(self.pace.window())
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let checked = self.checks.check_due(self.pace, &telling(run)).await?;
        Ok(checked.to_string())
    }
}
