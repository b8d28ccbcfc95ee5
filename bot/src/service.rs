//! The bot as a running thing.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use sesame_domain::backoff::Backoff;
use sesame_domain::reason::Reason;
use teloxide::dispatching::Dispatcher;
use teloxide::dptree::deps;
use teloxide::error_handlers::ErrorHandler;
use teloxide::types::Me;
use teloxide::update_listeners::UpdateListener;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

use crate::app_link::AppLink;
use crate::context::BotContext;
use crate::hearing::{Checkup, Hearing, LastUpdate};
use crate::introduction::introduce;
use crate::notices::NoticeSender;
use crate::polling::Fetched;
use crate::reading::Reader;
use crate::settings::{BotPorts, BotSettings, StartError};
use crate::telegram::{ApiFault, Caller, Telegram};
use crate::tree;
use crate::unreadable::{self, Unreadable};
use crate::way::Way;
use crate::webhook::{self, Delivered};

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
    hearing: Hearing,
    router: Router,
}

impl fmt::Debug for Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bot")
            .field("state", &*self.state.borrow())
            .finish_non_exhaustive()
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
            webhook,
        } = settings;
        let clock = Arc::clone(&ports.clock);
        let telegram = Telegram::new(tenant.clone(), &token, api_url.as_ref(), clock.clone())?;
        let hearing = Hearing::not_yet(tenant.clone(), clock.clone());
        let (reader, unreadable) = Reader::new();
        let (router, way, updates) = match &webhook {
            Some(hook) => {
                hook.check(&tenant)?;
                let last_update = LastUpdate::none();
                let (router, delivered) =
                    webhook::open(&tenant, hook, reader, last_update.clone(), clock);
                let way = Way::Pushed {
                    address: hook.address(&tenant)?,
                    secret: hook.secret.clone(),
                };
                let updates = Updates::Delivered(Box::new(delivered), last_update);
                (router, way, updates)
            }
            None => (Router::new(), Way::Fetched, Updates::Fetched(reader)),
        };
        let context = Arc::new(BotContext {
            tenant,
            telegram,
            app,
            ports,
        });
        let (state, watched) = watch::channel(BotState::Connecting);
        tasks.spawn(NoticeSender::new(Arc::clone(&context)).run(stop.clone()));
        let service = Service {
            context,
            way,
            hearing: hearing.clone(),
            state,
            stop,
        };
        tasks.spawn(service.run(updates, unreadable));
        Ok(Self {
            state: watched,
            hearing,
            router,
        })
    }

    /// The route for the webhook, `POST /telegram/{tenant}`; nothing, if there
    /// is no webhook.
    pub fn router(&self) -> Router {
        self.router.clone()
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
    pub fn hearing(&self) -> Hearing {
        self.hearing.clone()
    }

    /// Whether it answers people.
    pub fn is_ready(&self) -> bool {
        matches!(&*self.state.borrow(), BotState::Running { .. })
    }
}

/// Where updates come from.
enum Updates {
    Fetched(Reader),
    Delivered(Box<Delivered>, LastUpdate),
}

struct Service {
    context: Arc<BotContext>,
    way: Way,
    hearing: Hearing,
    state: watch::Sender<BotState>,
    stop: CancellationToken,
}

impl Service {
    /// The waits before the Bot API is tried again.
    const WAITS: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(1));
    /// How long the answers under way may take when the bot stops.
    const DRAIN: Duration = Duration::from_secs(4);

    async fn run(self, updates: Updates, unreadable: mpsc::Receiver<Unreadable>) {
        let stop = self.stop.clone();
        let me = tokio::select! {
            () = stop.cancelled() => None,
            me = self.connect() => Some(me),
        };
        if let Some(me) = me {
            let username = me.username().to_owned();
            info!(tenant = %self.context.tenant, username, "the bot answers");
            self.hearing.found();
            self.state.send_replace(BotState::Running { username });
            let answers = unreadable::answer(Arc::clone(&self.context), unreadable);
            tokio::select! {
                () = self.listen(updates) => {}
                () = answers => {}
            }
        }
        self.state.send_replace(BotState::Stopped);
    }

    async fn listen(&self, updates: Updates) {
        let context = Arc::clone(&self.context);
        match updates {
            Updates::Fetched(reader) => {
                let listener = Fetched::new(context, reader, self.hearing.clone());
                self.dispatch(listener).await;
            }
            Updates::Delivered(delivered, last_update) => {
                let hearing = self.hearing.clone();
                let checkup = Checkup::new(context, self.way.clone(), hearing, last_update);
                let checkup = checkup.run(self.stop.clone());
                tokio::join!(self.dispatch(*delivered), checkup);
            }
        }
    }

    async fn connect(&self) -> Me {
        let mut failed: u32 = 0;
        loop {
            let fault = match introduce(&self.context, &self.way).await {
                Ok(me) => return me,
                Err(fault) => fault,
            };
            let asked = match fault {
                ApiFault::RetryAfter(asked) => asked,
                _ => Duration::ZERO,
            };
            let pause = Self::WAITS.wait(failed).max(asked);
            warn!(error = %fault, wait_ms = pause.as_millis(), "the bot did not start; trying again");
            self.hearing.lost(fault.into());
            tokio::time::sleep(pause).await;
            failed = failed.saturating_add(1);
        }
    }

    async fn dispatch<L>(&self, listener: L)
    where
        L: UpdateListener<Err = Infallible> + Send,
    {
        let mut dispatcher: Dispatcher<Caller, Infallible, _> =
            Dispatcher::builder(self.context.telegram.caller(), tree::handlers())
                .dependencies(deps![Arc::clone(&self.context)])
                // The built-in one would log the whole update.
                .default_handler(|_| std::future::ready(()))
                .build();
        let shutdown = dispatcher.shutdown_token();
        let stopping = async {
            self.stop.cancelled().await;
            // It may be asked before the dispatcher has begun.
            while shutdown.shutdown().is_err() {
                tokio::task::yield_now().await;
            }
            tokio::time::sleep(Self::DRAIN).await;
        };
        tokio::select! {
            run = dispatcher.try_dispatch_with_listener(listener, Arc::new(NoErrors)) => {
                if let Err(error) = run.map_err(ApiFault::from) {
                    error!(error = %Reason::of(&error), "the bot stopped");
                }
            }
            () = stopping => warn!("the bot did not finish in time"),
        }
    }
}

/// Both ways deal with their failures themselves.
struct NoErrors;

impl ErrorHandler<Infallible> for NoErrors {
    fn handle_error(self: Arc<Self>, error: Infallible) -> futures::future::BoxFuture<'static, ()> {
        match error {}
    }
}
