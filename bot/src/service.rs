//! The bot as a running thing.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sesame_domain::backoff::Backoff;
use sesame_domain::ports::{Ended, LeaseKey, LongLived, PersonsChat, WebhookReceiver};
use sesame_domain::time::Clock;
use teloxide::types::Me;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use crate::app_link::AppLink;
use crate::chat::Chat;
use crate::context::BotContext;
use crate::dispatcher::{Dispatcher, DispatcherFault};
use crate::introduction::introduce;
use crate::notices::NoticeSender;
use crate::settings::{BotPorts, BotSettings, StartError};
use crate::telegram::{ApiFault, Telegram};
use crate::turn::Turn;
use crate::updates::{
    Heartbeat, LastUpdate, Offset, Polling, PushedUpdates, UpdateHealth, UpdateSource,
    WebhookMonitor,
};

/// How the bot is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BotState {
    /// It has not reached the Bot API yet.
    Connecting,
    /// It answers people.
    Running {
        /// Its name, without the `@`.
        username: String,
    },
    /// It has stopped.
    Stopped,
}

/// The bot as a running thing. Dropping this does not stop it; cancelling the
/// token that it was started with does.
pub struct Bot {
    state: watch::Receiver<BotState>,
    health: UpdateHealth,
    liveness: Liveness,
    webhook: Option<Arc<dyn WebhookReceiver>>,
    chat: Arc<dyn PersonsChat>,
    name: Arc<OnceLock<String>>,
}

impl fmt::Debug for Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bot")
            .field("state", &*self.state.borrow())
            .finish_non_exhaustive()
    }
}

/// Tells whether updates that reach the bot are dealt with.
#[derive(Clone)]
pub struct Liveness {
    state: watch::Receiver<BotState>,
    dispatcher: Dispatcher,
    heartbeat: Heartbeat,
    is_polling: bool,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
}

impl fmt::Debug for Liveness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Liveness")
            .field("dispatcher", &self.dispatcher)
            .finish_non_exhaustive()
    }
}

impl Liveness {
    /// Whether updates are dealt with. Of a Bot API that was not reached yet,
    /// [`UpdateHealth`] tells.
    ///
    /// # Errors
    /// When they are not.
    pub fn check(&self) -> Result<(), DispatcherFault> {
        let is_running = match &*self.state.borrow() {
            BotState::Connecting => false,
            BotState::Running { .. } => true,
            BotState::Stopped if self.stop.is_cancelled() => false,
            BotState::Stopped => return Err(DispatcherFault::Stopped),
        };
        if is_running && self.dispatcher.is_full() {
            return Err(DispatcherFault::Full);
        }
        if is_running && self.is_polling && self.heartbeat.is_gone(self.clock.now()) {
            return Err(DispatcherFault::Silent);
        }
        Ok(())
    }
}

impl Bot {
    /// Starts the bot on `tasks`; it runs until `stop` is cancelled. If the Bot
    /// API cannot be reached, it is tried again and again.
    ///
    /// # Errors
    /// When the settings cannot work; see [`StartError`].
    pub fn start(
        settings: BotSettings,
        ports: BotPorts,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Result<Self, StartError> {
        let app = AppLink::new(&settings);
        if app == AppLink::NeedsHttps {
            warn!(
                tenant = %settings.tenant,
                "Telegram opens Mini Apps over https only: set PUBLIC_URL to an https address. \
                 Until then the bot shows no button for the app"
            );
        }
        let BotSettings {
            tenant,
            token,
            api_url,
            app_url: _,
            rate,
            own_words,
            disclosure,
            operators,
            admin_url: admin,
            webhook,
        } = settings;
        let source = match &webhook {
            Some(hook) => {
                hook.check(&tenant)?;
                UpdateSource::Webhook {
                    address: hook.address(&tenant)?,
                    secret: hook.secret.clone(),
                }
            }
            None => UpdateSource::Polling,
        };
        let clock = Arc::clone(&ports.clock);
        let telegram = Telegram::new(tenant.clone(), &token, api_url.as_ref(), clock.clone())?;
        let context = Arc::new(BotContext {
            tenant: tenant.clone(),
            telegram,
            app,
            rate,
            own_words,
            disclosure,
            operators,
            admin,
            ports,
        });
        let dispatcher = Dispatcher::new(Arc::clone(&context), tasks.clone(), stop.clone());
        let service = Service {
            turn: LeaseKey::polling(&token),
            health: UpdateHealth::unknown(tenant.clone(), Arc::clone(&clock)),
            heartbeat: Heartbeat::since(clock.now()),
            state: watch::Sender::new(BotState::Connecting),
            last_update: LastUpdate::none(),
            offset: Offset::default(),
            name: Arc::default(),
            context,
            dispatcher,
            source,
            stop,
        };
        let webhook = webhook.map(|hook| -> Arc<dyn WebhookReceiver> {
            Arc::new(PushedUpdates {
                tenant,
                secret: hook.secret,
                dispatcher: service.dispatcher.clone(),
                last_update: service.last_update.clone(),
                clock,
            })
        });
        let bot = Self {
            state: service.state.subscribe(),
            health: service.health.clone(),
            liveness: service.liveness(),
            webhook,
            chat: Arc::new(Chat(Arc::clone(&service.context))),
            name: Arc::clone(&service.name),
        };
        service.start();
        Ok(bot)
    }

    /// What takes in the updates that are pushed; `None`: the bot asks for them.
    pub fn webhook(&self) -> Option<Arc<dyn WebhookReceiver>> {
        self.webhook.clone()
    }

    /// What writes to people because they asked for it elsewhere.
    pub fn chat(&self) -> Arc<dyn PersonsChat> {
        Arc::clone(&self.chat)
    }

    /// How the bot is doing.
    pub fn state(&self) -> BotState {
        self.state.borrow().clone()
    }

    /// Follows how the bot is doing.
    pub fn watch(&self) -> watch::Receiver<BotState> {
        self.state.clone()
    }

    /// Whether updates reach it.
    pub fn update_health(&self) -> UpdateHealth {
        self.health.clone()
    }

    /// Whether updates that reach it are dealt with.
    pub fn liveness(&self) -> Liveness {
        self.liveness.clone()
    }

    /// What it is called, to be asked again and again: it is not known before the Bot
    /// API has said so.
    pub fn name(&self) -> impl Fn() -> Option<String> + Send + Sync + use<> {
        let name = Arc::clone(&self.name);
        move || name.get().cloned()
    }

    /// Whether it answers people.
    pub fn is_ready(&self) -> bool {
        matches!(&*self.state.borrow(), BotState::Running { .. })
    }
}

/// What outlasts the tasks of the bot; clones share it.
#[derive(Clone)]
struct Service {
    /// Who may fetch updates with the token.
    turn: LeaseKey,
    context: Arc<BotContext>,
    dispatcher: Dispatcher,
    source: UpdateSource,
    health: UpdateHealth,
    heartbeat: Heartbeat,
    last_update: LastUpdate,
    offset: Offset,
    name: Arc<OnceLock<String>>,
    state: watch::Sender<BotState>,
    stop: CancellationToken,
}

impl Service {
    /// The waits before the Bot API is tried again.
    const WAITS: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(1));
    /// How long the answers under source may take when the bot stops.
    const DRAIN: Duration = Duration::from_secs(4);

    fn start(self) {
        let supervisor = Arc::clone(&self.context.ports.supervisor);
        let service = self.clone();
        supervisor.supervise(LongLived::orderly("bot", move || service.clone().run()));
        let service = self.clone();
        supervisor.supervise(LongLived::orderly("notices", move || {
            let sender = NoticeSender::new(Arc::clone(&service.context));
            let stop = service.stop.clone();
            async move {
                sender.run(stop).await;
                Ended::Told
            }
        }));
        if matches!(self.source, UpdateSource::Webhook { .. }) {
            supervisor.supervise(LongLived::orderly("webhook monitor", move || {
                self.clone().monitor_webhook()
            }));
        }
    }

    fn liveness(&self) -> Liveness {
        Liveness {
            state: self.state.subscribe(),
            dispatcher: self.dispatcher.clone(),
            heartbeat: self.heartbeat.clone(),
            is_polling: matches!(self.source, UpdateSource::Polling),
            clock: Arc::clone(&self.context.ports.clock),
            stop: self.stop.clone(),
        }
    }

    /// Runs until it is stopped.
    async fn run(self) -> Ended {
        self.state.send_replace(BotState::Connecting);
        let me = tokio::select! {
            () = self.stop.cancelled() => None,
            me = self.connect() => Some(me),
        };
        match me {
            Some(me) => self.serve(me).await,
            None => self.dispatcher.abandon(),
        }
        self.state.send_replace(BotState::Stopped);
        Ended::Told
    }

    /// Answers people until it is stopped, and those then who wrote before.
    async fn serve(&self, me: Me) {
        let username = me.username().to_owned();
        info!(tenant = %self.context.tenant, username, "the bot answers");
        // What it was called first is what it is called until the next start.
        let _ = self.name.set(me.user.first_name.clone());
        self.health.works();
        self.heartbeat.beat(self.context.ports.clock.now());
        self.dispatcher.begin(me);
        self.state.send_replace(BotState::Running { username });
        match self.source {
            UpdateSource::Polling => {
                let ports = &self.context.ports;
                let (leases, clock) = (Arc::clone(&ports.leases), Arc::clone(&ports.clock));
                let polling = Polling::new(
                    Arc::clone(&self.context),
                    Turn::new(leases, clock, ports.node.clone(), self.turn.clone()),
                    self.dispatcher.clone(),
                    self.health.clone(),
                    self.heartbeat.clone(),
                    self.offset.clone(),
                );
                polling.run(self.stop.clone()).await;
            }
            UpdateSource::Webhook { .. } => self.stop.cancelled().await,
        }
        self.dispatcher.drain(Self::DRAIN).await;
    }

    async fn monitor_webhook(self) -> Ended {
        let mut state = self.state.subscribe();
        let running = state.wait_for(|state| matches!(state, BotState::Running { .. }));
        tokio::select! {
            () = self.stop.cancelled() => return Ended::Told,
            _ = running => {}
        }
        let Self {
            context,
            source,
            health,
            last_update,
            stop,
            ..
        } = self;
        WebhookMonitor::new(context, source, health, last_update)
            .run(stop)
            .await;
        Ended::Told
    }

    async fn connect(&self) -> Me {
        let mut failed: u32 = 0;
        loop {
            let fault = match introduce(&self.context, &self.source).await {
                Ok(me) => return me,
                Err(fault) => fault,
            };
            let asked = match fault {
                ApiFault::RetryAfter(asked) => asked,
                _ => Duration::ZERO,
            };
            let pause = Self::WAITS.wait(failed).max(asked);
            warn!(error = %fault, wait_ms = pause.as_millis(), "the bot did not start; trying again");
            self.health.fails(fault.into());
            tokio::time::sleep(pause).await;
            failed = failed.saturating_add(1);
        }
    }
}
