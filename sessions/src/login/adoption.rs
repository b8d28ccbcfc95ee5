//! Finds logins that no one drives: after a start, or after another node died.

use std::sync::Arc;

use sesame_domain::ports::StoreError;

use crate::node::Node;

use super::drivers::Drivers;

/// How many logins are looked at in one go. Those that are driven are among
/// them, so it is more than a node can have.
const AT_ONCE: u32 = 20_000;

/// Adopts logins that no one drives, also for their clean-up.
pub(crate) async fn sweep(drivers: &Arc<Drivers>) -> Result<(), StoreError> {
    let node = &drivers.node;
    let now = node.now();
    for id in node.ports.logins.unattended(now, AT_ONCE).await? {
        if drivers.get(id).is_none() && drivers.adopt(id).await?.is_some() {
            tracing::info!(login.id = %id, "a login without a driver was adopted");
        }
    }
    Ok(())
}

/// Erases logins that were over long ago.
pub(crate) async fn prune(node: &Node) -> Result<(), StoreError> {
    let before = node.now() - node.settings.keep_ended;
    let erased = node.ports.logins.prune(before).await?;
    if erased > 0 {
        tracing::info!(erased, "old logins were erased");
    }
    Ok(())
}
