//! Stores that hinder their user at an unfortunate moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::{Fence, LoginId, NodeId, Owner, TenantId};
use sesame_domain::login::Login;
use sesame_domain::ports::{
    ApplicationFloods, ClaimedLogin, FloodedPerson, Intent, LinkRequest, Linked, Logins, Saved,
    StoreError, Unattended,
};
use sesame_domain::time::Timestamp;
use tokio::sync::{Mutex, Notify};

/// Logins that hinder whoever uses them.
pub(crate) struct Hindering {
    logins: Arc<dyn Logins>,
    /// Links an account, and never tells: as if the node died in between.
    dies_after_linking: bool,
    linked: AtomicBool,
    /// The only connection that there is.
    connection: Arc<Mutex<()>>,
    /// How long each write takes.
    slow: Duration,
    claims: AtomicU32,
}

impl Hindering {
    pub(crate) fn dying_after_linking(logins: Arc<dyn Logins>) -> Self {
        Self {
            dies_after_linking: true,
            ..Self::with_one_connection(logins, Arc::default())
        }
    }

    pub(crate) fn with_one_connection(logins: Arc<dyn Logins>, connection: Arc<Mutex<()>>) -> Self {
        Self {
            logins,
            dies_after_linking: false,
            linked: AtomicBool::new(false),
            connection,
            slow: Duration::ZERO,
            claims: AtomicU32::new(0),
        }
    }

    /// Whose writes take so long.
    pub(crate) fn slow(logins: Arc<dyn Logins>, slow: Duration) -> Self {
        Self {
            slow,
            ..Self::with_one_connection(logins, Arc::default())
        }
    }

    /// How often a driver claimed one.
    pub(crate) fn claims(&self) -> u32 {
        self.claims.load(Ordering::SeqCst)
    }

    pub(crate) fn is_linked(&self) -> bool {
        self.linked.load(Ordering::SeqCst)
    }
}

/// Waits that nodes share, in a database with one connection that answers
/// slowly.
pub(crate) struct SlowFloods {
    pub(crate) floods: Arc<dyn ApplicationFloods>,
    pub(crate) connection: Arc<Mutex<()>>,
    /// Told when the connection is taken to note a wait.
    pub(crate) is_noting: Arc<Notify>,
}

#[async_trait]
impl ApplicationFloods for SlowFloods {
    async fn note(
        &self,
        api_id: i32,
        method: &str,
        flooded: &FloodedPerson,
    ) -> Result<(), StoreError> {
        let _taken = self.connection.lock().await;
        self.is_noting.notify_one();
        tokio::time::sleep(Duration::from_millis(200)).await;
        self.floods.note(api_id, method, flooded).await
    }

    async fn waiting(
        &self,
        api_id: i32,
        method: &str,
        now: Timestamp,
    ) -> Result<Vec<FloodedPerson>, StoreError> {
        self.floods.waiting(api_id, method, now).await
    }

    async fn forget(&self, over_before: Timestamp) -> Result<u64, StoreError> {
        self.floods.forget(over_before).await
    }
}

#[async_trait]
impl Logins for Hindering {
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
        self.claims.fetch_add(1, Ordering::SeqCst);
        self.logins.claim(id, node).await
    }

    async fn release(&self, id: LoginId, fence: Fence) -> Result<(), StoreError> {
        self.logins.release(id, fence).await
    }

    async fn save(&self, saved: Saved<'_>) -> Result<(), StoreError> {
        tokio::time::sleep(self.slow).await;
        self.logins.save(saved).await
    }

    async fn set_intent(&self, id: LoginId, intent: Intent) -> Result<(), StoreError> {
        self.logins.set_intent(id, intent).await
    }

    async fn intent(&self, id: LoginId) -> Result<Option<Intent>, StoreError> {
        let _taken = self.connection.lock().await;
        self.logins.intent(id).await
    }

    async fn link(&self, request: LinkRequest<'_>) -> Result<Linked, StoreError> {
        let linked = self.logins.link(request).await?;
        self.linked.store(true, Ordering::SeqCst);
        if self.dies_after_linking {
            return std::future::pending().await;
        }
        Ok(linked)
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
