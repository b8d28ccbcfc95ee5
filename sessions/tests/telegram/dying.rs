//! A store whose user dies at an unfortunate moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use sesame_domain::account::Account;
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::{Fence, LoginId, NodeId, Owner, TenantId};
use sesame_domain::login::Login;
use sesame_domain::ports::{
    ClaimedLogin, Intent, LinkRequest, Logins, Saved, StoreError, Unattended,
};
use sesame_domain::time::Timestamp;

/// Links an account, and never tells: as if the node died in between.
pub(crate) struct DiesAfterLinking {
    logins: Arc<dyn Logins>,
    linked: AtomicBool,
}

impl DiesAfterLinking {
    pub(crate) fn over(logins: Arc<dyn Logins>) -> Self {
        Self {
            logins,
            linked: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_linked(&self) -> bool {
        self.linked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Logins for DiesAfterLinking {
    async fn begin(&self, login: &Login, audit: AuditEntry) -> Result<Option<Login>, StoreError> {
        self.logins.begin(login, audit).await
    }

    async fn find(&self, id: LoginId) -> Result<Option<Login>, StoreError> {
        self.logins.find(id).await
    }

    async fn running(&self, owner: &Owner) -> Result<Option<Login>, StoreError> {
        self.logins.running(owner).await
    }

    async fn claim(&self, id: LoginId, node: &NodeId) -> Result<ClaimedLogin, StoreError> {
        self.logins.claim(id, node).await
    }

    async fn release(&self, id: LoginId, fence: Fence) -> Result<(), StoreError> {
        self.logins.release(id, fence).await
    }

    async fn save(&self, saved: Saved<'_>) -> Result<(), StoreError> {
        self.logins.save(saved).await
    }

    async fn set_intent(&self, id: LoginId, intent: Intent) -> Result<(), StoreError> {
        self.logins.set_intent(id, intent).await
    }

    async fn intent(&self, id: LoginId) -> Result<Option<Intent>, StoreError> {
        self.logins.intent(id).await
    }

    async fn link(&self, request: LinkRequest<'_>) -> Result<Account, StoreError> {
        self.logins.link(request).await?;
        self.linked.store(true, Ordering::SeqCst);
        std::future::pending().await
    }

    async fn unattended(
        &self,
        tenant: &TenantId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Unattended>, StoreError> {
        self.logins.unattended(tenant, now, limit).await
    }

    async fn prune(&self, ended_before: Timestamp) -> Result<u64, StoreError> {
        self.logins.prune(ended_before).await
    }
}
