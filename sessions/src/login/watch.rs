//! Watching a login as it changes.

use std::sync::Arc;
use std::time::Duration;

use futures::stream::{StreamExt as _, unfold};
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::login::Login;
use sesame_domain::ports::{LoginUpdates, ServiceError, Topic, WakeUps};
use tokio::time::Instant;

use crate::node::Node;

/// How often the database is asked although no wake-up came.
const POLL: Duration = Duration::from_secs(5);

/// The owner's login with this id.
pub(super) async fn find(node: &Node, owner: &Owner, id: LoginId) -> Result<Login, ServiceError> {
    let login = node.ports.logins.find(id).await?;
    login
        .filter(|login| login.owner == *owner)
        .ok_or(ServiceError::NotFound)
}

struct Watch {
    node: Arc<Node>,
    owner: Owner,
    id: LoginId,
    wake_ups: WakeUps,
    seen: Option<i64>,
    over: bool,
}

/// The login as it is, then each newer version that is noticed.
pub(super) async fn watch(
    node: &Arc<Node>,
    owner: &Owner,
    id: LoginId,
) -> Result<LoginUpdates, ServiceError> {
    // Listening begins before the first look, so that nothing falls between.
    let wake_ups = node.ports.signals.subscribe(Topic::Login(id)).await?;
    find(node, owner, id).await?;
    let watch = Watch {
        node: Arc::clone(node),
        owner: owner.clone(),
        id,
        wake_ups,
        seen: None,
        over: false,
    };
    Ok(unfold(watch, step).boxed())
}

async fn step(mut watch: Watch) -> Option<(Result<Login, ServiceError>, Watch)> {
    if watch.over {
        return None;
    }
    loop {
        if watch.seen.is_some() && !watch.wait().await {
            return None;
        }
        let found = find(&watch.node, &watch.owner, watch.id).await;
        match &found {
            Ok(login) if watch.seen.is_some_and(|seen| seen >= login.version) => continue,
            Ok(login) => {
                watch.seen = Some(login.version);
                watch.over = login.is_over();
            }
            Err(_) => watch.over = true,
        }
        return Some((found, watch));
    }
}

impl Watch {
    /// Waits until a look is worth while; `false`: the node stops.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            () = self.node.stop.cancelled() => false,
            Some(()) = self.wake_ups.next() => true,
            () = tokio::time::sleep(POLL) => true,
        }
    }
}

/// Waits until the login is over, no longer than until then; gives it as it
/// is in the end.
pub(super) async fn until_over(
    node: &Arc<Node>,
    owner: &Owner,
    id: LoginId,
    deadline: Instant,
) -> Result<Login, ServiceError> {
    let mut updates = watch(node, owner, id).await?;
    while let Ok(Some(update)) = tokio::time::timeout_at(deadline, updates.next()).await {
        let login = update?;
        if login.is_over() {
            return Ok(login);
        }
    }
    // Time may have been up in the middle of a look.
    drop(updates);
    find(node, owner, id).await
}
