//! Erases all that a tenant has which is being removed, until nothing is left.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::ids::TenantId;
use sesame_domain::job::JobKind;
use sesame_domain::ports::TenantRemoval;
use sesame_domain::schedule::Every;

use crate::maintenance::{Maintenance, MaintenanceFailure, actor, telling};
use crate::run::JobRun;

const KIND: JobKind = JobKind::named("remove_tenant");

struct RemoveTenant {
    removal: Arc<dyn TenantRemoval>,
    kind: JobKind,
}

/// Goes on with it every few seconds, until its tenant is gone.
pub fn remove_tenant(tenant: &TenantId, removal: Arc<dyn TenantRemoval>) -> Arc<dyn Maintenance> {
    Arc::new(RemoveTenant {
        removal,
        kind: KIND.of_tenant(tenant),
    })
}

#[async_trait]
impl Maintenance for RemoveTenant {
    fn kind(&self) -> JobKind {
        self.kind.clone()
    }

    fn every(&self) -> Every {
        Every::exactly(TimeDelta::seconds(20))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        Ok(self.removal.go_on(actor(&KIND), &telling(run)).await?)
    }
}
