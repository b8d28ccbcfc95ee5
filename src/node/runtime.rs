//! A running process: what works with sessions, over the core.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::heartbeat::Heartbeat;
use sesame_sessions::{Importer, Retention, Sessions, SessionsSettings, Trial};
use sesame_store::{Coordination, NodeLock};
use tokio_util::sync::CancellationToken;

use super::core::Core;
use super::supervisor::TaskSupervisor;
use super::telegram::Telegram;
use super::{heartbeat, node_lock, storage};
use crate::config::Settings;
use crate::failure::Failure;

/// How long logins that are over are kept.
pub(crate) const LOGINS_KEPT: TimeDelta = TimeDelta::days(30);

/// How long all sessions together may take to stop.
pub(crate) const STOP_WITHIN: Duration = Duration::from_secs(4);
/// How long Redis and the database may take to be told of the end, both together.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// How long leases of a node hold that is alone: no other one waits for them,
/// and a machine that has much to do need not end them.
const ALONE: Duration = Duration::from_secs(15);

/// What works with sessions, over the core.
pub(crate) struct Runtime {
    pub(crate) core: Core,
    pub(crate) coordination: Coordination,
    /// Which nodes are alive.
    pub(crate) heartbeat: Arc<Heartbeat>,
    /// Ends this node's own sign of life, which outlasts what it does.
    heart_stops: CancellationToken,
    pub(crate) sessions: Sessions,
    /// Looks after what goes on for as long as this does.
    pub(crate) supervisor: TaskSupervisor,
    /// The Telegram that it talks to.
    pub(crate) telegram: Telegram,
    /// Keeps those out who are not coordinated with this process. A command
    /// that opens no session needs none.
    lock: Option<NodeLock>,
}

/// What all tenants of a node share.
#[derive(Clone)]
pub(crate) struct OfNode {
    pub(crate) core: Core,
    coordination: Coordination,
    heartbeat: Arc<Heartbeat>,
    supervisor: TaskSupervisor,
}

impl Runtime {
    /// For a node that serves: takes over what no other node does.
    pub(crate) async fn start(
        settings: &Settings,
        supervisor: TaskSupervisor,
    ) -> Result<Self, Failure> {
        let (core, lock) = Core::start(&settings.storage, &settings.custody).await?;
        let apart = supervisor.apart();
        let start = Sessions::start;
        let this = Self::assemble(core, Some(lock), settings, supervisor, start).await?;
        heartbeat::keep(&this.heartbeat, &apart, &this.heart_stops);
        Ok(this)
    }

    /// For a command that does one thing and ends, and opens no session.
    pub(crate) async fn for_command(settings: &Settings) -> Result<Self, Failure> {
        let core = Core::connect(&settings.storage, &settings.custody).await?;
        let supervisor = TaskSupervisor::for_command();
        Self::assemble(core, None, settings, supervisor, Sessions::for_command).await
    }

    /// For a command that opens sessions at Telegram: not beside a node that
    /// could have the same ones open.
    pub(crate) async fn for_command_with_sessions(settings: &Settings) -> Result<Self, Failure> {
        let core = Core::connect(&settings.storage, &settings.custody).await?;
        let lock = node_lock::take(&settings.storage, &core.origin).await?;
        let supervisor = TaskSupervisor::for_command();
        let start = Sessions::for_command;
        Self::assemble(core, Some(lock), settings, supervisor, start).await
    }

    /// For another tenant, on what the node has already: it has sessions, and what
    /// goes on, of its own.
    pub(crate) fn beside(node: &OfNode, settings: &Settings) -> Result<Self, Failure> {
        Self::of_tenant(node, settings, Sessions::start)
    }

    /// The same for a command that does one thing and ends.
    pub(crate) fn beside_for_command(node: &OfNode, settings: &Settings) -> Result<Self, Failure> {
        Self::of_tenant(node, settings, Sessions::for_command)
    }

    fn of_tenant(
        node: &OfNode,
        settings: &Settings,
        start: impl FnOnce(SessionsSettings, sesame_sessions::Ports) -> Sessions,
    ) -> Result<Self, Failure> {
        let telegram = Telegram::of(&settings.telegram)?;
        let node = OfNode {
            coordination: node.coordination.of_tenant(&settings.bot.tenant),
            ..node.clone()
        };
        let supervisor = node.supervisor.within();
        let ports = session_ports(&node, &telegram, &supervisor);
        let sessions = start(sessions_of(settings, &node.core), ports);
        Ok(Self {
            core: node.core,
            coordination: node.coordination,
            heartbeat: node.heartbeat,
            heart_stops: CancellationToken::new(),
            sessions,
            supervisor,
            telegram,
            lock: None,
        })
    }

    /// What all tenants of the node share.
    pub(crate) fn of_node(&self) -> OfNode {
        OfNode {
            core: self.core.clone(),
            coordination: self.coordination.clone(),
            heartbeat: Arc::clone(&self.heartbeat),
            supervisor: self.supervisor.clone(),
        }
    }

    async fn assemble(
        core: Core,
        lock: Option<NodeLock>,
        settings: &Settings,
        supervisor: TaskSupervisor,
        start: impl FnOnce(SessionsSettings, sesame_sessions::Ports) -> Sessions,
    ) -> Result<Self, Failure> {
        let telegram = Telegram::of(&settings.telegram)?;
        let clock = Arc::clone(&core.clock);
        // Leases are given back while everything else stops.
        let apart = supervisor.apart();
        let (instance, tenant) = (core.instance(), Some(&settings.bot.tenant));
        let coordination =
            storage::coordinate(&settings.storage, &instance, tenant, clock, &apart).await?;
        let heartbeat = Arc::new(Heartbeat::new(
            coordination.leases(),
            Arc::clone(&core.clock),
            core.node.clone(),
        ));
        let node = OfNode {
            core,
            coordination,
            heartbeat,
            supervisor,
        };
        let ports = session_ports(&node, &telegram, &node.supervisor);
        let sessions = start(sessions_of(settings, &node.core), ports);
        Ok(Self {
            core: node.core,
            coordination: node.coordination,
            heartbeat: node.heartbeat,
            heart_stops: CancellationToken::new(),
            sessions,
            supervisor: node.supervisor,
            telegram,
            lock,
        })
    }

    /// Waits until another node has the database, which must not be.
    pub(crate) async fn lock_lost(&self) -> Failure {
        match &self.lock {
            Some(lock) => node_lock::lost(lock).await,
            None => std::future::pending().await,
        }
    }

    /// What ends sessions that are not kept any longer.
    pub(crate) fn retention(&self) -> Retention {
        self.sessions.retention()
    }

    /// What takes sessions over from another system.
    pub(crate) fn importer(&self) -> Importer {
        self.sessions.importer()
    }

    /// Stops what goes on, in order, and leaves the node what it has.
    pub(crate) async fn stop_work(self) {
        stop_in_order(&self.supervisor, self.sessions).await;
    }

    /// Stops and closes everything, in order. The database is free for others
    /// once no session is open any more.
    pub(crate) async fn close(self) {
        stop_in_order(&self.supervisor, self.sessions).await;
        self.heart_stops.cancel();
        // What Redis and the database are told in the end lapses by itself, too.
        let farewell = async {
            heartbeat::stop(&self.heartbeat).await;
            self.coordination.close().await;
            if let Some(lock) = self.lock {
                lock.release().await;
            }
            storage::close(&self.core.database).await;
        };
        if tokio::time::timeout(CLOSE_WITHIN, farewell).await.is_err() {
            tracing::warn!(
                "Redis or the database did not answer in time; what was kept there lapses"
            );
        }
    }
}

async fn stop_in_order(supervisor: &TaskSupervisor, sessions: Sessions) {
    supervisor.stop();
    let stopped = async { tokio::join!(sessions.shutdown(), supervisor.stopped()) };
    if tokio::time::timeout(STOP_WITHIN, stopped).await.is_err() {
        tracing::warn!("not everything stopped in time");
    }
}

fn session_ports(
    node: &OfNode,
    telegram: &Telegram,
    supervisor: &TaskSupervisor,
) -> sesame_sessions::Ports {
    let (core, coordination) = (&node.core, &node.coordination);
    let database = &core.database;
    sesame_sessions::Ports {
        heartbeat: Arc::clone(&node.heartbeat),
        logins: Arc::new(database.logins()),
        login_attempts: Arc::new(database.login_attempts()),
        application_floods: Arc::new(database.application_floods()),
        accounts: Arc::new(database.accounts()),
        cursors: Arc::new(database.cursors()),
        peers: Arc::new(database.peers()),
        erasures: Arc::new(database.erasures()),
        leases: coordination.leases(),
        signals: coordination.signals(),
        vault: Arc::clone(&core.vault),
        audit: Arc::new(database.audit_log()),
        clock: Arc::clone(&core.clock),
        entropy: Arc::clone(&core.entropy),
        data_centres: telegram.data_centres(),
        supervisor: Arc::new(supervisor.clone()),
    }
}

fn sessions_of(settings: &Settings, core: &Core) -> SessionsSettings {
    let mut session = session_settings(settings);
    session.origin = Some(core.origin.clone());
    session
}

/// Whether Telegram takes the application, asked as no one.
pub(crate) async fn try_application(settings: &Settings) -> Result<Result<(), Trial>, Failure> {
    let centres = Telegram::of(&settings.telegram)?.data_centres();
    Ok(sesame_sessions::try_application(&session_settings(settings), centres.as_ref()).await)
}

/// Whether each of Telegram's data centres answers, asked as no one; why not.
pub(crate) async fn try_data_centres(
    settings: &Settings,
) -> Result<Vec<(i32, Option<String>)>, Failure> {
    let centres = Telegram::of(&settings.telegram)?.data_centres();
    sesame_sessions::try_data_centres(&session_settings(settings), centres.as_ref())
        .await
        .map_err(|error| Failure::other("the data centres are not known", error))
}

fn session_settings(settings: &Settings) -> SessionsSettings {
    let telegram = &settings.telegram;
    let mut session = SessionsSettings::new(
        settings.bot.tenant.clone(),
        telegram.api_id,
        telegram.api_hash.clone(),
        telegram.device(),
    );
    if settings.storage.redis_url.is_none() {
        session.lease_ttl = ALONE;
    }
    session.policy = settings.login.policy();
    session.phone_login = settings.login.phone_login;
    session.budget = settings.login.budget();
    session.throttling = telegram.throttling();
    session.stop_within = STOP_WITHIN;
    session.retention = settings.retention.policy();
    session.audit_kept = settings.retention.audit();
    session.backups_kept = settings.backup.kept();
    session.keep_ended = LOGINS_KEPT;
    session
}
