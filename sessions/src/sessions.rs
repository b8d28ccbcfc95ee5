//! Starting and stopping.

use std::sync::Arc;

use sesame_domain::ids::LoginId;
use sesame_domain::ports::{AccountRevocation, AccountService, LoginService, LongLived};

use crate::application::Application;
use crate::import::Importer;
use crate::login::Drivers;
use crate::node::{Node, Ports};
use crate::outages::Outages;
use crate::pool::Pool;
use crate::retention::Retention;
use crate::settings::SessionsSettings;
use crate::tasks::tasks;
use crate::telegram::Reader;
use crate::validation::Validation;
use crate::{accounts, login};

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
        for task in sessions.tasks() {
            sessions.node.ports.supervisor.supervise(task);
        }
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

    /// What goes on by itself on a node: [`Sessions::start`] has it looked after.
    /// It ends when the node stops.
    pub fn tasks(&self) -> Vec<LongLived> {
        tasks(&self.drivers, &self.pool)
    }

    /// The service for logins.
    pub fn login_service(&self) -> Arc<dyn LoginService> {
        Arc::new(login::Service::new(
            Arc::clone(&self.drivers),
            Arc::clone(&self.pool),
        ))
    }

    /// Attends to one login until nothing of it is left to do, its clean-up at Telegram
    /// included. For a command: a node attends to all of them by itself.
    pub async fn attend(&self, login: LoginId) {
        login::attend(&self.drivers, login).await;
    }

    /// The service for accounts.
    pub fn account_service(&self) -> Arc<dyn AccountService> {
        Arc::new(accounts::Service::new(
            Arc::clone(&self.drivers),
            Arc::clone(&self.pool),
        ))
    }

    /// What unlinks accounts by order of those who look after Sesame.
    pub fn revocation(&self) -> Arc<dyn AccountRevocation> {
        Arc::new(accounts::Revocation::new(Arc::clone(&self.node)))
    }

    /// How Telegram takes the application.
    pub fn application(&self) -> Application {
        Application::new(Arc::clone(&self.node))
    }

    /// The data centres that are left alone now since they do not answer.
    pub fn outages(&self) -> Outages {
        Outages(Arc::clone(&self.node))
    }

    /// What takes sessions over from another system.
    pub fn importer(&self) -> Importer {
        Importer::new(Arc::clone(&self.node))
    }

    /// What reads with the sessions of linked accounts.
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.pool))
    }

    /// What looks whether the sessions of linked accounts are alive.
    pub fn validation(&self) -> Validation {
        Validation::new(Arc::clone(&self.pool))
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
