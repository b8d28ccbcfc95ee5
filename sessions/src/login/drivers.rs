//! The drivers on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use sesame_domain::ids::LoginId;
use sesame_domain::login::Login;
use sesame_domain::ports::{LeaseKey, StoreError};
use tokio::sync::{mpsc, oneshot};

use crate::lease::HeldLease;
use crate::metrics;
use crate::node::Node;

use super::driver;

/// How many commands may wait for a driver; each is from a person's request.
const WAITING_COMMANDS: usize = 4;

/// What the service tells a driver on its own node.
pub(super) enum Command {
    /// A password; answered with the login once it is being checked, or with
    /// nothing when none is asked for.
    Password {
        password: SecretString,
        reply: oneshot::Sender<Option<Login>>,
    },
    /// Something is wanted of the login; the database says what.
    Intent,
}

/// The drivers on this node.
#[derive(Default)]
pub(crate) struct Drivers(Mutex<HashMap<LoginId, mpsc::Sender<Command>>>);

impl Drivers {
    /// The login's driver, if it is on this node.
    pub(super) fn get(&self, id: LoginId) -> Option<mpsc::Sender<Command>> {
        let driver = self.all().get(&id).cloned();
        // One that ended in an unforeseen way is none.
        driver.filter(|driver| !driver.is_closed())
    }

    fn all(&self) -> MutexGuard<'_, HashMap<LoginId, mpsc::Sender<Command>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, id: LoginId, driver: &mpsc::Sender<Command>) {
        let mut all = self.all();
        // After a lost lease another driver may have taken the place.
        if all.get(&id).is_some_and(|known| known.same_channel(driver)) {
            all.remove(&id);
        }
    }
}

/// Begins to drive a login if no one does.
pub(super) async fn adopt(
    node: &Arc<Node>,
    id: LoginId,
) -> Result<Option<mpsc::Sender<Command>>, StoreError> {
    if node.stop.is_cancelled() {
        return Ok(None);
    }
    let lease = HeldLease::take(node, LeaseKey::Login(id)).await?;
    Ok(lease.map(|lease| attend(node, id, lease)))
}

/// Starts a driver under a lease.
fn attend(node: &Arc<Node>, id: LoginId, lease: HeldLease) -> mpsc::Sender<Command> {
    let (driver, inbox) = mpsc::channel(WAITING_COMMANDS);
    node.drivers.all().insert(id, driver.clone());
    let known = driver.clone();
    let node = Arc::clone(node);
    let task_node = Arc::clone(&node);
    // Boxed: a driver waits most of its life, and its future is large.
    node.spawn(Box::pin(async move {
        metrics::driver_started();
        driver::run(&task_node, id, lease, inbox).await;
        task_node.drivers.forget(id, &known);
        metrics::driver_stopped();
    }));
    driver
}
