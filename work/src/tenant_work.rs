//! What a runner does for each of the tenants that it works for.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sesame_domain::ids::TenantId;
use sesame_domain::job::{Job, JobKind};

use crate::handler::Handler;

/// What is done for one tenant.
pub(crate) struct TenantWork {
    pub(crate) tenant: TenantId,
    /// Whether this is where the instance's own jobs are done, too.
    of_instance: bool,
    handlers: HashMap<JobKind, Arc<dyn Handler>>,
}

impl TenantWork {
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &JobKind> {
        self.handlers.keys()
    }

    pub(crate) fn handler(&self, kind: &JobKind) -> Option<&Arc<dyn Handler>> {
        self.handlers.get(kind)
    }

    /// Whether a job is one of theirs. What belongs to no one is the instance's,
    /// unless a tenant has it done for itself, as its kind says.
    pub(crate) fn is_theirs(&self, job: &Job) -> bool {
        match (&job.owner, job.kind.tenant()) {
            (Some(owner), _) => owner.tenant == self.tenant,
            (None, Some(tenant)) => tenant == self.tenant,
            (None, None) => self.of_instance,
        }
    }
}

/// The tenants that a runner works for.
pub(crate) struct AllWork(RwLock<Vec<Arc<TenantWork>>>);

impl AllWork {
    /// For the instance and this tenant.
    pub(crate) fn of(tenant: TenantId, handlers: Vec<Arc<dyn Handler>>) -> Self {
        let first = work(tenant, true, handlers);
        Self(RwLock::new(vec![first]))
    }

    /// For this one, too.
    pub(crate) fn add(&self, tenant: TenantId, handlers: Vec<Arc<dyn Handler>>) {
        let more = work(tenant, false, handlers);
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|it| it.tenant != more.tenant);
        all.push(more);
    }

    /// Not for this one any more.
    pub(crate) fn remove(&self, tenant: &TenantId) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|it| it.of_instance || it.tenant != *tenant);
    }

    pub(crate) fn all(&self) -> Vec<Arc<TenantWork>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether jobs of this kind are done here, for whichever tenant.
    pub(crate) fn knows(&self, kind: &JobKind) -> bool {
        let kind = kind.of_any_tenant();
        let all = self.all();
        let mut kinds = all.iter().flat_map(|it| it.kinds());
        kinds.any(|it| it.of_any_tenant() == kind)
    }
}

fn work(tenant: TenantId, of_instance: bool, handlers: Vec<Arc<dyn Handler>>) -> Arc<TenantWork> {
    let handlers = handlers.into_iter().map(|it| (it.kind(), it));
    Arc::new(TenantWork {
        tenant,
        of_instance,
        handlers: handlers.collect(),
    })
}
