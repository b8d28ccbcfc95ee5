//! Starts all parts in order, and stops them in order.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use sesame_bot::{Bot, BotPorts, BotState};
use sesame_custody::LocalVault;
use sesame_domain::random::{Entropy, SystemEntropy};
use sesame_domain::time::{Clock, SystemClock};
use sesame_sessions::{Sessions, SessionsSettings};
use sesame_store::{Coordination, Database};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::data_centres::centres;
use super::probe::Parts;
use super::sandbox::SandboxControl;
use super::{face, http, keys, storage};
use crate::config::Settings;
use crate::failure::Failure;

/// How long all parts together may take to stop.
const STOP_WITHIN: Duration = Duration::from_secs(4);

/// How long the start waits for the bot's name. Without it, the Mini App has
/// no link back into the chat.
const NAME_WITHIN: Duration = Duration::from_secs(5);

/// How often the metrics are tidied (the exporter asks for it).
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Sesame as a running thing; it stops in order when told to.
pub(crate) struct Sesame {
    listens: SocketAddr,
    public_url: Url,
    bot_username: Option<String>,
    sessions: Sessions,
    database: Database,
    coordination: Coordination,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// The parts that all others stand on.
struct Ground {
    database: Database,
    coordination: Coordination,
    vault: Arc<LocalVault>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Ground {
    async fn lay(settings: &Settings) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let database = storage::connect(&settings.storage).await?;
        storage::migrate(&database).await?;
        let key_file = &settings.custody.key_file;
        let ring = keys::open(key_file, &database, entropy.as_ref(), clock.as_ref()).await?;
        let vault = LocalVault::new(
            ring,
            Arc::new(database.clone()),
            Arc::clone(&clock),
            Arc::clone(&entropy),
        );
        let coordination = storage::coordinate(&settings.storage, Arc::clone(&clock)).await?;
        Ok(Self {
            database,
            coordination,
            vault: Arc::new(vault),
            clock,
            entropy,
        })
    }

    fn start_sessions(&self, settings: &Settings, sandbox: Option<SandboxControl>) -> Sessions {
        let telegram = &settings.telegram;
        let mut told = SessionsSettings::new(
            telegram.api_id,
            telegram.api_hash.clone(),
            telegram.device(),
        );
        told.policy = settings.login.policy();
        told.stop_within = STOP_WITHIN;
        let database = Arc::new(self.database.clone());
        let ports = sesame_sessions::Ports {
            logins: database.clone(),
            accounts: database.clone(),
            leases: self.coordination.leases(),
            signals: self.coordination.signals(),
            vault: self.vault.clone(),
            audit: database,
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            data_centres: centres(telegram.telegram_servers, sandbox),
        };
        Sessions::start(told, ports)
    }

    fn bot_ports(&self, sessions: &Sessions) -> BotPorts {
        let database = Arc::new(self.database.clone());
        BotPorts {
            accounts: sessions.account_desk(),
            logins: sessions.login_desk(),
            people: database.clone(),
            outbox: database,
            signals: self.coordination.signals(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        }
    }

    fn web_ports(&self, sessions: &Sessions, metrics: PrometheusHandle) -> sesame_webapp::Ports {
        let database = Arc::new(self.database.clone());
        let probe = Parts {
            database: self.database.clone(),
            coordination: self.coordination.clone(),
            metrics,
        };
        sesame_webapp::Ports {
            logins: sessions.login_desk(),
            accounts: sessions.account_desk(),
            people: database.clone(),
            one_time: database.clone(),
            vault: self.vault.clone(),
            token_keys: self.vault.clone(),
            audit: database,
            probe: Arc::new(probe),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        }
    }
}

impl Sesame {
    /// Starts everything. The listener is made before, so that an address
    /// that is taken is told before anything else happens.
    pub(crate) async fn start(
        settings: &Settings,
        listener: TcpListener,
        metrics: PrometheusHandle,
    ) -> Result<Self, Failure> {
        let listens = http::address_of(&listener)?;
        let public_url = face::public_url(settings, listens)?;
        let sandbox = settings
            .telegram
            .telegram_sandbox
            .clone()
            .map(SandboxControl::new)
            .transpose()
            .map_err(|error| Failure::other("the sandbox cannot be used", error))?;

        let ground = Ground::lay(settings).await?;
        let tasks = TaskTracker::new();
        let stop = CancellationToken::new();
        let sessions = ground.start_sessions(settings, sandbox.clone());
        let bot = Bot::start(
            face::bot(settings, &public_url)?,
            ground.bot_ports(&sessions),
            &tasks,
            stop.clone(),
        )
        .map_err(|error| Failure::other("the bot does not start", error))?;
        let bot_username = name_of(&bot).await;
        let told = face::web(
            settings,
            public_url.clone(),
            bot_username.clone(),
            sandbox.as_ref(),
        )
        .await?;
        let ports = ground.web_ports(&sessions, metrics.clone());
        let router = sesame_webapp::router(told, ports, stop.clone()).merge(bot.router());
        tasks.spawn(http::serve(listener, router, stop.clone()));
        tasks.spawn(stop.clone().run_until_cancelled_owned(keep_tidy(metrics)));
        Ok(Self {
            listens,
            public_url,
            bot_username,
            sessions,
            database: ground.database,
            coordination: ground.coordination,
            tasks,
            stop,
        })
    }

    /// Where this machine reaches the web server.
    pub(crate) fn local_url(&self) -> String {
        format!("http://{}", http::reachable(self.listens))
    }

    /// Where people reach the Mini App.
    pub(crate) fn app_url(&self) -> Result<Url, Failure> {
        face::app_url(&self.public_url)
    }

    /// The bot's name, if it answered in time.
    pub(crate) fn bot_username(&self) -> Option<&str> {
        self.bot_username.as_deref()
    }

    /// Waits for the case that a part ends by itself and takes the rest along.
    pub(crate) async fn failed(&self) -> Failure {
        self.stop.cancelled().await;
        anyhow::anyhow!("the web server ended").into()
    }

    /// Stops everything: no new requests, streams end, logins are parked for
    /// the next start or another node, sessions closed.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        let stopped = async { tokio::join!(self.sessions.shutdown(), self.tasks.wait()) };
        if tokio::time::timeout(STOP_WITHIN, stopped).await.is_err() {
            tracing::warn!(tasks = self.tasks.len(), "not everything stopped in time");
        }
        self.coordination.close().await;
        storage::close(&self.database).await;
    }
}

impl fmt::Debug for Sesame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sesame")
            .field("listens", &self.listens)
            .finish_non_exhaustive()
    }
}

/// The bot's name once it answers, if it does so soon.
async fn name_of(bot: &Bot) -> Option<String> {
    let mut state = bot.watch();
    let running = state.wait_for(|state| matches!(state, BotState::Running { .. }));
    match tokio::time::timeout(NAME_WITHIN, running)
        .await
        .ok()?
        .ok()?
        .clone()
    {
        BotState::Running { username } => Some(username),
        BotState::Connecting | BotState::Stopped => None,
    }
}

async fn keep_tidy(metrics: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP_EVERY);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}
