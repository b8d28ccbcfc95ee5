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
use crate::node::{Node, Ports};
use crate::retention::Retention;
use crate::settings::SessionsSettings;
use crate::{login, pool};

/// How often logins that were over long ago are looked for.
const PRUNE_EVERY: Duration = Duration::from_mins(10);

/// The sessions of this node. Dropping it ends everything at once, as if the
/// process had died; [`Sessions::shutdown`] ends it in order.
pub struct Sessions(Arc<Node>);

impl Sessions {
    /// Starts, and takes over what no other node does. Call it on a runtime.
    pub fn start(settings: SessionsSettings, ports: Ports) -> Self {
        let node = Arc::new(Node::new(settings, ports));
        node.spawn(sweep_forever(Arc::clone(&node)));
        Self(node)
    }

    /// The same for a command that does one thing and ends: it takes nothing
    /// over. Call it on a runtime.
    pub fn for_command(settings: SessionsSettings, ports: Ports) -> Self {
        Self(Arc::new(Node::new(settings, ports)))
    }

    /// The service for logins.
    pub fn login_service(&self) -> Arc<dyn LoginService> {
        Arc::new(login::Service(Arc::clone(&self.0)))
    }

    /// The service for accounts.
    pub fn account_service(&self) -> Arc<dyn AccountService> {
        Arc::new(pool::Service(Arc::clone(&self.0)))
    }

    /// How Telegram takes the application.
    pub fn application(&self) -> Application {
        Application::new(Arc::clone(&self.0))
    }

    /// What takes sessions over from another system.
    pub fn importer(&self) -> Importer {
        Importer::new(Arc::clone(&self.0))
    }

    /// What ends the sessions that are not kept any longer.
    pub fn retention(&self) -> Retention {
        Retention::new(Arc::clone(&self.0))
    }

    /// Stops in order: logins are left with everything stored for the next
    /// start or another node, sessions are stored and closed. What does not
    /// end in time is ended.
    pub async fn shutdown(self) {
        let node = &self.0;
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
        self.0.kill();
    }
}

/// Looks for work that no node does.
async fn sweep_forever(node: Arc<Node>) {
    let mut leaving = wake_ups(&node).await;
    let mut prune_at = Instant::now();
    while !node.stop.is_cancelled() {
        if let Err(error) = login::sweep(&node).await {
            tracing::warn!(error = %Reason::of(&error), "logins without a driver were not found");
        }
        if let Err(error) = pool::sweep(&node).await {
            tracing::warn!(error = %Reason::of(&error), "leaving sessions were not found");
        }
        pool::settle(&node).await;
        if let Err(error) = pool::finish_erasures(&node).await {
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
