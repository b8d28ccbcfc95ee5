//! The bot as a running thing.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use teloxide::RequestError;
use teloxide::dispatching::Dispatcher;
use teloxide::dptree::deps;
use teloxide::error_handlers::ErrorHandler;
use teloxide::types::Me;
use teloxide::update_listeners::UpdateListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

use crate::app_link::AppLink;
use crate::introduction::{IntroductionError, introduce};
use crate::notices::Sender;
use crate::polling::Fetched;
use crate::reception::Reception;
use crate::settings::{BotPorts, BotSettings, StartError, Webhook};
use crate::telegram::{ApiFault, Caller, Telegram};
use crate::tree;
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
        let telegram = Telegram::new(
            tenant.clone(),
            &token,
            api_url.as_ref(),
            Arc::clone(&ports.clock),
        )?;
        let (router, updates) = match &webhook {
            Some(hook) => {
                hook.check(&tenant)?;
                let (router, delivered) = webhook::open(&tenant, hook);
                (router, Updates::Delivered(Box::new(delivered)))
            }
            None => (Router::new(), Updates::Fetched),
        };
        let reception = Arc::new(Reception {
            tenant,
            telegram,
            app,
            ports,
        });
        let (state, watched) = watch::channel(BotState::Connecting);
        tasks.spawn(Sender::new(Arc::clone(&reception)).run(stop.clone()));
        let service = Service {
            reception,
            webhook,
            state,
            stop,
        };
        tasks.spawn(service.run(updates));
        Ok(Self {
            state: watched,
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

    /// Whether it answers people.
    pub fn is_ready(&self) -> bool {
        matches!(&*self.state.borrow(), BotState::Running { .. })
    }
}

/// Where updates come from.
enum Updates {
    Fetched,
    Delivered(Box<Delivered>),
}

struct Service {
    reception: Arc<Reception>,
    webhook: Option<Webhook>,
    state: watch::Sender<BotState>,
    stop: CancellationToken,
}

impl Service {
    /// The first wait before the Bot API is tried again; it doubles each time.
    const FIRST_WAIT: Duration = Duration::from_secs(1);
    /// The longest.
    const LONGEST_WAIT: Duration = Duration::from_mins(1);
    /// How long the answers under way may take when the bot stops.
    const DRAIN: Duration = Duration::from_secs(4);

    async fn run(self, updates: Updates) {
        let stop = self.stop.clone();
        let me = tokio::select! {
            () = stop.cancelled() => None,
            me = self.connect() => Some(me),
        };
        if let Some(me) = me {
            let username = me.username().to_owned();
            info!(tenant = %self.reception.tenant, username, "the bot answers");
            self.state.send_replace(BotState::Running { username });
            match updates {
                Updates::Fetched => {
                    let listener = Fetched::new(self.reception.telegram.caller());
                    self.dispatch(listener, Arc::new(FetchErrors)).await;
                }
                Updates::Delivered(delivered) => {
                    self.dispatch(*delivered, Arc::new(FetchErrors)).await;
                }
            }
        }
        self.state.send_replace(BotState::Stopped);
    }

    async fn connect(&self) -> Me {
        let mut wait = Self::FIRST_WAIT;
        loop {
            let failure = match introduce(&self.reception, self.webhook.as_ref()).await {
                Ok(me) => return me,
                Err(failure) => failure,
            };
            let wait_ms = wait.as_millis();
            match &failure {
                IntroductionError::Api(ApiFault::Token) => {
                    error!(
                        wait_ms,
                        "the Bot API does not accept BOT_TOKEN; trying again"
                    );
                }
                IntroductionError::Api(_) | IntroductionError::Settings(_) => {
                    warn!(error = %failure, wait_ms, "the bot did not start; trying again");
                }
            }
            let asked = match &failure {
                IntroductionError::Api(ApiFault::RetryAfter(asked)) => *asked,
                IntroductionError::Api(_) | IntroductionError::Settings(_) => Duration::ZERO,
            };
            tokio::time::sleep(wait.max(asked)).await;
            wait = (wait * 2).min(Self::LONGEST_WAIT);
        }
    }

    async fn dispatch<L>(&self, listener: L, errors: Arc<FetchErrors>)
    where
        L: UpdateListener + Send,
        L::Err: fmt::Debug,
        FetchErrors: ErrorHandler<L::Err>,
    {
        let mut dispatcher: Dispatcher<Caller, Infallible, _> =
            Dispatcher::builder(self.reception.telegram.caller(), tree::handlers())
                .dependencies(deps![Arc::clone(&self.reception)])
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
            run = dispatcher.try_dispatch_with_listener(listener, errors) => {
                if let Err(error) = run.map_err(ApiFault::from) {
                    error!(%error, "the bot stopped");
                }
            }
            () = stopping => warn!("the bot did not finish in time"),
        }
    }
}

/// Logs why updates could not be fetched; teloxide waits and tries again.
struct FetchErrors;

impl ErrorHandler<RequestError> for FetchErrors {
    fn handle_error(
        self: Arc<Self>,
        error: RequestError,
    ) -> futures::future::BoxFuture<'static, ()> {
        let error = ApiFault::from(error);
        warn!(%error, "updates could not be fetched; trying again");
        Box::pin(std::future::ready(()))
    }
}

impl ErrorHandler<Infallible> for FetchErrors {
    fn handle_error(self: Arc<Self>, error: Infallible) -> futures::future::BoxFuture<'static, ()> {
        match error {}
    }
}
