//! What all parts of this crate share.

use std::future::Future;
use std::sync::Arc;

use sesame_domain::audit::{Access, AccessPurpose, Action, Actor, AuditEntry, AuditReason};
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::held_lease::Hold;
use sesame_domain::ids::{NodeId, Owner};
use sesame_domain::ports::{
    Accounts, AuditLog, Cursors, Ended, Erasures, Leases, LoginAttempts, Logins, LongLived, Peers,
    Signals, Supervisor, Topic, Vault,
};
use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;
use sesame_domain::time::{Clock, Timestamp};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::connection::Connection;
use crate::data_centres::DataCentres;
use crate::gate::{ApplicationFloods, Gate};
use crate::session::UserSession;
use crate::settings::SessionsSettings;
use crate::subject::Subject;

/// What the sessions need of the other parts of Sesame.
#[derive(Clone)]
pub struct Ports {
    /// Which nodes are alive, this one among them: under its name leases and
    /// claims are taken.
    pub heartbeat: Arc<Heartbeat>,
    /// Where logins are kept.
    pub logins: Arc<dyn Logins>,
    /// Which logins count against the day's budget.
    pub login_attempts: Arc<dyn LoginAttempts>,
    /// Waits that Telegram asked people of the application for.
    pub application_floods: Arc<dyn sesame_domain::ports::ApplicationFloods>,
    /// Where accounts and the credentials of sessions are kept.
    pub accounts: Arc<dyn Accounts>,
    /// Where sessions have read up to.
    pub cursors: Arc<dyn Cursors>,
    /// Whom sessions met.
    pub peers: Arc<dyn Peers>,
    /// Who may work on what.
    pub leases: Arc<dyn Leases>,
    /// Wake-ups.
    pub signals: Arc<dyn Signals>,
    /// Sealing and opening.
    pub vault: Arc<dyn Vault>,
    /// The audit.
    pub audit: Arc<dyn AuditLog>,
    /// Erasing everything about a person.
    pub erasures: Arc<dyn Erasures>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Where Telegram is.
    pub data_centres: Arc<dyn DataCentres>,
    /// Who looks after what goes on for as long as the node does.
    pub supervisor: Arc<dyn Supervisor>,
}

/// What all parts of this crate share.
pub(crate) struct Node {
    pub(crate) settings: SessionsSettings,
    pub(crate) ports: Ports,
    pub(crate) gate: Gate,
    /// Everything comes to an orderly end.
    pub(crate) stop: CancellationToken,
    /// Everything ends at the next await, as if the process had died.
    kill: CancellationToken,
    pub(crate) tracker: TaskTracker,
}

impl Node {
    pub(crate) fn new(settings: SessionsSettings, ports: Ports) -> Self {
        let clock = Arc::clone(&ports.clock);
        let entropy = Arc::clone(&ports.entropy);
        let floods = Arc::clone(&ports.application_floods);
        let floods = ApplicationFloods::shared(settings.api_id, floods);
        Self {
            gate: Gate::new(&settings, clock, entropy, floods),
            settings,
            ports,
            stop: CancellationToken::new(),
            kill: CancellationToken::new(),
            tracker: TaskTracker::new(),
        }
    }

    /// The name under which leases and claims are taken.
    pub(crate) fn id(&self) -> &NodeId {
        self.ports.heartbeat.node()
    }

    /// Opens a session's connections. Nothing is sent before the first call, and
    /// nothing once the lease is not surely held.
    pub(crate) fn connect(
        &self,
        subject: Subject,
        session: Arc<UserSession>,
        hold: &Hold,
    ) -> Connection {
        Connection::open(&self.settings, subject, session, hold, |runner| {
            self.spawn(runner)
        })
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Spawns what this node owns.
    pub(crate) fn spawn<F>(&self, task: F) -> JoinHandle<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let kill = self.kill.clone();
        self.tracker.spawn(async move {
            // The result does not matter: killed or done, it is over.
            let _ = kill.run_until_cancelled(task).await;
        })
    }

    /// Spawns a call for one of this node's tasks, and ends it with whoever waits
    /// for it. It goes on while that task does something else: a call that was
    /// left alone in the middle of a query would keep the connection, and the
    /// task might wait for that very one.
    pub(crate) fn spawn_call<T: Send + 'static>(
        &self,
        call: impl Future<Output = T> + Send + 'static,
    ) -> AbortOnDropHandle<T> {
        AbortOnDropHandle::new(self.tracker.spawn(call.in_current_span()))
    }

    /// A task of this node that ends by itself when the node stops.
    pub(crate) fn long_lived<F>(
        self: &Arc<Self>,
        name: &'static str,
        start: impl Fn() -> F + Send + Sync + 'static,
    ) -> LongLived
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let node = Arc::clone(self);
        LongLived::orderly(name, move || {
            let stop = node.stop.clone();
            let kill = node.kill.clone();
            let running = start();
            node.tracker.track_future(async move {
                // The result does not matter: killed or done, it is over.
                let _ = kill.run_until_cancelled(running).await;
                Ended::when(stop.is_cancelled())
            })
        })
    }

    /// Ends everything at once.
    pub(crate) fn kill(&self) {
        self.stop.cancel();
        self.kill.cancel();
    }

    /// Wakes whoever listens. A lost wake-up only costs time.
    pub(crate) async fn publish(&self, topic: Topic) {
        if let Err(error) = self.ports.signals.publish(topic).await {
            tracing::warn!(error = %Reason::of(&error), topic = topic.as_text(), "a wake-up was lost");
        }
    }

    /// A line for the audit.
    pub(crate) fn audit_entry(
        &self,
        owner: &Owner,
        subject: Uuid,
        actor: Actor,
        action: Action,
        reason: impl Into<AuditReason>,
    ) -> AuditEntry {
        AuditEntry::new(self.now(), owner.clone(), subject, actor, action, reason)
            .from(self.origin())
    }

    /// From where this node does what it does, for the audit.
    pub(crate) fn origin(&self) -> String {
        let origin = self.settings.origin.clone();
        origin.unwrap_or_else(|| format!("node {}", self.id()))
    }
}

/// Sealing or opening by Sesame itself.
pub(crate) fn access(part: &str, reason: AccessPurpose) -> Access {
    Access {
        actor: Actor::system(part),
        reason,
    }
}
