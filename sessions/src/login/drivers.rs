//! The drivers on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sesame_domain::ids::LoginId;
use sesame_domain::panic::caught;
use sesame_domain::ports::{LeaseKey, StoreError};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::lease::KeptLease;
use crate::metrics;
use crate::node::Node;

use super::command::Command;
use super::driver;
use super::password::SafeGroups;
use super::relapses::Relapses;

/// How many commands may wait for a driver; each is from a person's request.
const WAITING_COMMANDS: usize = 4;

/// The drivers on this node.
pub(crate) struct Drivers {
    pub(crate) node: Arc<Node>,
    pub(super) safe_groups: Arc<SafeGroups>,
    all: Mutex<HashMap<LoginId, mpsc::Sender<Command>>>,
    relapses: Mutex<Relapses>,
}

impl Drivers {
    /// No login is driven yet.
    pub(crate) fn new(node: Arc<Node>) -> Self {
        Self {
            node,
            safe_groups: Arc::default(),
            all: Mutex::default(),
            relapses: Mutex::default(),
        }
    }

    /// The login's driver, if it is on this node.
    pub(super) fn get(&self, id: LoginId) -> Option<mpsc::Sender<Command>> {
        let driver = self.all().get(&id).cloned();
        // One that ended in an unforeseen way is none.
        driver.filter(|driver| !driver.is_closed())
    }

    /// The login's driver on this node; one is started if no node has one.
    pub(super) async fn get_or_adopt(
        self: &Arc<Self>,
        id: LoginId,
        cause: Option<tracing::Id>,
    ) -> Result<Option<mpsc::Sender<Command>>, StoreError> {
        match self.get(id) {
            Some(driver) => Ok(Some(driver)),
            None => self.adopt(id, cause).await,
        }
    }

    /// Begins to drive a login if no one does. `cause` is the span of a request
    /// that is about this login, so that the log leads from one to the other.
    pub(super) async fn adopt(
        self: &Arc<Self>,
        id: LoginId,
        cause: Option<tracing::Id>,
    ) -> Result<Option<mpsc::Sender<Command>>, StoreError> {
        if self.node.stop.is_cancelled() || self.relapses().rests(id, Instant::now()) {
            return Ok(None);
        }
        let lease = KeptLease::take(&self.node, LeaseKey::Login(id)).await?;
        Ok(lease.map(|lease| self.attend(id, lease, cause)))
    }

    /// Starts a driver under a lease.
    fn attend(
        self: &Arc<Self>,
        id: LoginId,
        lease: KeptLease,
        cause: Option<tracing::Id>,
    ) -> mpsc::Sender<Command> {
        let (driver, inbox) = mpsc::channel(WAITING_COMMANDS);
        self.all().insert(id, driver.clone());
        let known = driver.clone();
        let drivers = Arc::clone(self);
        let span = tracing::info_span!(parent: cause, "driver", login.id = %id, tenant = Empty);
        let driving = async move {
            metrics::driver_started(&drivers.node.settings.tenant);
            let spare = lease.spare();
            let (node, safe_groups) = (&drivers.node, &drivers.safe_groups);
            // Boxed: a driver waits most of its life, and its future is large.
            let driving = Box::pin(driver::run(node, safe_groups, id, lease, inbox));
            let over = caught(driving).await;
            drivers.forget(id, &known);
            metrics::driver_stopped(&drivers.node.settings.tenant);
            match over {
                Ok(()) => drivers.relapses().forget(id),
                Err(_) => drivers.fallen(id, spare).await,
            }
        };
        self.node.spawn(driving.instrument(span));
        driver
    }

    /// A driver panicked. Its connections went with it; another driver, here or
    /// elsewhere, goes on from what is stored.
    async fn fallen(&self, id: LoginId, lease: KeptLease) {
        let wait = self.relapses().note(id, Instant::now());
        tracing::error!(
            login.id = %id,
            wait_ms = wait.as_millis(),
            "the driver of a login panicked; another one goes on"
        );
        metrics::driver_panicked(&self.node.settings.tenant);
        lease.release().await;
    }

    fn all(&self) -> MutexGuard<'_, HashMap<LoginId, mpsc::Sender<Command>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn relapses(&self) -> MutexGuard<'_, Relapses> {
        self.relapses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, id: LoginId, driver: &mpsc::Sender<Command>) {
        let mut all = self.all();
        // After a lost lease another driver may have taken the place.
        if all.get(&id).is_some_and(|known| known.same_channel(driver)) {
            all.remove(&id);
        }
    }
}
