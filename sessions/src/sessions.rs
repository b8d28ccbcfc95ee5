//! Starting and stopping.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use sesame_domain::ports::{AccountService, LoginService, Topic};
use sesame_domain::reason::Reason;
use tokio::time::Instant;

use crate::application::Application;
use crate::import::Importer;
use crate::login::Drivers;
use crate::node::{Node, Ports};
use crate::pool::Pool;
use crate::retention::Retention;
use crate::settings::SessionsSettings;
use crate::{accounts, login, pool};

/// How often logins that were over long ago are looked for.
const PRUNE_EVERY: Duration = Duration::from_mins(10);

/// The sessions of this node. Dropping it ends everything at once, as if the
/// process had died; [`Sessions::shutdown`] ends it in order.
pub struct Sessions {
    node: Arc<Node>,
    drivers: Arc<Drivers>,
    pool: Arc<Pool>,
}

impl Sessions {
    /// Starts, and takes over what no other node does. Call it on a runtime.
    pub fn start(settings: SessionsSettings, ports: Ports) -> Self {
        let sessions = Self::for_command(settings, ports);
        let (drivers, pool) = (Arc::clone(&sessions.drivers), Arc::clone(&sessions.pool));
        sessions.node.spawn(sweep_forever(drivers, pool));
        sessions
    }

    /// The same for a command that does one thing and ends: it takes nothing
    /// over. Call it on a runtime.
    pub fn for_command(settings: SessionsSettings, ports: Ports) -> Self {
        let node = Arc::new(Node::new(settings, ports));
        Self {
            drivers: Arc::new(Drivers::new(Arc::clone(&node))),
            pool: Arc::new(Pool::new(Arc::clone(&node))),
            node,
        }
    }

    /// The service for logins.
    pub fn login_service(&self) -> Arc<dyn LoginService> {
        Arc::new(login::Service::new(
            Arc::clone(&self.drivers),
            Arc::clone(&self.pool),
        ))
    }

    /// The service for accounts.
    pub fn account_service(&self) -> Arc<dyn AccountService> {
        Arc::new(accounts::Service::new(
            Arc::clone(&self.drivers),
            Arc::clone(&self.pool),
        ))
    }

    /// How Telegram takes the application.
    pub fn application(&self) -> Application {
        Application::new(Arc::clone(&self.node))
    }

    /// What takes sessions over from another system.
    pub fn importer(&self) -> Importer {
        Importer::new(Arc::clone(&self.node))
    }

    /// What ends the sessions that are not kept any longer.
    pub fn retention(&self) -> Retention {
        Retention::new(Arc::clone(&self.node))
    }

    /// Stops in order: logins are left with everything stored for the next
    /// start or another node, sessions are stored and closed. What does not
    /// end in time is ended.
    pub async fn shutdown(self) {
        let node = &self.node;
        node.stop.cancel();
        node.tracker.close();
        let limit = node.settings.stop_within;
        if tokio::time::timeout(limit, node.tracker.wait())
            .await
            .is_err()
        {
            tracing::warn!(tasks = node.tracker.len(), "sessions did not stop in time");
        }
    }
}

impl Drop for Sessions {
    fn drop(&mut self) {
        self.node.kill();
    }
}

/// Looks for work that no node does.
async fn sweep_forever(drivers: Arc<Drivers>, pool: Arc<Pool>) {
    let node = Arc::clone(&pool.node);
    let mut leaving = wake_ups(&node).await;
    let mut prune_at = Instant::now();
    while !node.stop.is_cancelled() {
        if let Err(error) = login::sweep(&drivers).await {
            tracing::warn!(error = %Reason::of(&error), "logins without a driver were not found");
        }
        if let Err(error) = pool::sweep(&pool).await {
            tracing::warn!(error = %Reason::of(&error), "leaving sessions were not found");
        }
        pool::settle(&pool).await;
        if let Err(error) = accounts::finish(&node).await {
            tracing::warn!(error = %Reason::of(&error), "erasures were not finished");
        }
        if Instant::now() >= prune_at {
            prune_at = Instant::now() + PRUNE_EVERY;
            if let Err(error) = login::prune(&node).await {
                tracing::warn!(error = %Reason::of(&error), "old logins were not erased");
            }
        }
        tokio::select! {
            () = node.stop.cancelled() => {}
            Some(()) = leaving.next() => {}
            () = tokio::time::sleep(node.settings.sweep_every) => {}
        }
    }
}

/// Wake-ups for leaving sessions; without them, they leave a little later.
async fn wake_ups(node: &Node) -> BoxStream<'static, ()> {
    match node.ports.signals.subscribe(Topic::Leaving).await {
        Ok(wake_ups) => wake_ups,
        Err(error) => {
            tracing::warn!(error = %Reason::of(&error), "no wake-ups for leaving sessions");
            futures::stream::empty().boxed()
        }
    }
}
