//! Finds logins that no one drives: after a start, or after another node died.

use std::sync::Arc;
use std::time::Duration;

use sesame_domain::ids::LoginId;
use sesame_domain::login_budget::LoginBudget;
use sesame_domain::ports::StoreError;
use sesame_domain::reason::Reason;

use crate::node::Node;
use crate::others::OtherNodes;
use crate::repeat::{repeat, unprompted};

use super::drivers::Drivers;

/// How many logins are looked at in one go. Those that are driven are among
/// them, so it is more than a node can have.
const AT_ONCE: u32 = 20_000;
/// How often it is looked whether one login that is attended to still has a driver.
const ATTEND_EVERY: Duration = Duration::from_millis(250);
/// How often logins that were over long ago are looked for.
const PRUNE_EVERY: Duration = Duration::from_mins(10);

/// Adopts logins that no one drives, also for their clean-up, until the node
/// stops.
pub(crate) async fn adopt_logins(drivers: Arc<Drivers>) {
    let every = drivers.node.settings.sweep_every;
    let adopt = || adopt_unattended(&drivers);
    let failed = "logins without a driver were not found";
    repeat(&drivers.node, every, unprompted(), adopt, failed).await;
}

async fn adopt_unattended(drivers: &Arc<Drivers>) -> Result<(), StoreError> {
    let node = &drivers.node;
    let mut others = OtherNodes::of(node);
    let now = node.now();
    let (logins, tenant) = (&node.ports.logins, &node.settings.tenant);
    for found in logins.unattended(tenant, now, AT_ONCE).await? {
        let id = found.login;
        if drivers.get(id).is_some() {
            continue;
        }
        // The row says who has it, and whoever is alive keeps it.
        if others.keep(found.node.as_ref()).await? {
            continue;
        }
        if drivers.adopt(id, None).await?.is_some() {
            tracing::info!(login.id = %id, "a login without a driver was adopted");
        }
    }
    Ok(())
}

/// Attends to one login until nothing of it is left to do, its clean-up included: if
/// its driver fails, another one goes on. For a command, which takes no others over.
pub(crate) async fn attend(drivers: &Arc<Drivers>, id: LoginId) {
    loop {
        match is_done(drivers, id).await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), login.id = %id, "a login is not attended to for a moment");
            }
        }
        tokio::time::sleep(ATTEND_EVERY).await;
    }
}

/// Whether nothing of the login is left to do; if something is, someone does it.
async fn is_done(drivers: &Arc<Drivers>, id: LoginId) -> Result<bool, StoreError> {
    let found = drivers.node.ports.logins.find(id).await?;
    let is_done = found.is_none_or(|login| login.is_over() && login.cleanup_at.is_none());
    if !is_done {
        drivers.get_or_adopt(id, None).await?;
    }
    Ok(is_done)
}

/// Erases logins that were over long ago, until the node stops.
pub(crate) async fn prune_logins(node: Arc<Node>) {
    let failed = "old logins were not erased";
    let prune = || prune(&node);
    repeat(&node, PRUNE_EVERY, unprompted(), prune, failed).await;
}

async fn prune(node: &Node) -> Result<(), StoreError> {
    let before = node.now() - node.settings.keep_ended;
    let erased = node.ports.logins.prune(before).await?;
    if erased > 0 {
        tracing::info!(erased, "old logins were erased");
    }
    // What counts no longer against any budget.
    let before = node.now() - LoginBudget::REMEMBERED;
    node.ports.login_attempts.forget(before).await?;
    node.ports.application_floods.forget(node.now()).await?;
    Ok(())
}
