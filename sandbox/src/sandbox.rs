//! Starts and stops a local Telegram.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bots::{self, Bot, BotOptions, Bots, Files, Identity, State, WebAppKey};
use crate::control::ControlState;
use crate::dc::{self, Dcs};
use crate::first_channels;
use crate::first_chats;
use crate::keeper::{Keeper, Snapshot};
use crate::options::{Newcomer, SandboxOptions};
use crate::posting::{self, Schedules};
use crate::ready::{DcAddress, Ready};
use crate::server;
use crate::tl_json::DraftError;
use crate::world::{CloudPassword, CreatePersonError, Event, World};

/// How long everything may take to stop.
const STOPPING: Duration = Duration::from_secs(3);

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No one can listen at this address.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// The data folder cannot be read or written.
    #[error("cannot use the data folder")]
    Data(#[source] io::Error),
    /// The bot's token is not one.
    #[error("a bot token is a number, a colon and at least one letter")]
    Token,
    /// Someone of the first people cannot exist.
    #[error("{name} cannot be created")]
    Person {
        /// Who it is.
        name: String,
        /// The reason.
        source: CreatePersonError,
    },
    /// The data centres cannot start.
    #[error("the data centres cannot start")]
    DataCentres(#[from] dc::StartError),
    /// What the first channels posted cannot be read.
    #[error("the first channels cannot be made")]
    Channels(#[from] DraftError),
    /// The HTTP client for webhooks cannot be made.
    #[error("cannot make an HTTP client")]
    Client(#[source] reqwest::Error),
}

/// A running local Telegram; it stops when told to.
#[derive(Debug)]
pub struct Sandbox {
    ready: Ready,
    world: Arc<World>,
    bots: Arc<Bots>,
    dcs: Arc<Dcs>,
    schedules: Arc<Schedules>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Sandbox {
    /// Starts the data centres, the Bot API, the control interface and the
    /// phone page.
    pub async fn start(options: SandboxOptions) -> Result<Self, StartError> {
        let world = Arc::new(World::new(options.world));
        let keeper = match &options.data {
            Some(folder) => Some(Keeper::over(folder).await.map_err(StartError::Data)?),
            None => None,
        };
        let files = open_files(keeper.as_ref()).await?;
        let (first, others, last_dcs) = if let Some(kept) = load(keeper.as_ref()).await? {
            world.restore(kept.world);
            (kept.bot, kept.other_bots, kept.dcs)
        } else {
            let first = begin(&world, options.people, &options.bot).await?;
            (first, Vec::new(), Vec::new())
        };
        let schedules = Arc::new(Schedules::default());
        if let Some(keeper) = &keeper {
            for kept in keeper.channels().await.map_err(StartError::Data)? {
                kept.restore(&world, &schedules);
            }
        }
        let bots = Arc::new(Bots::new(first, files, Arc::clone(&world), options.rules));
        if options.furnished {
            first_chats::furnish(&world);
        }
        if options.posting {
            first_channels::open(&world, &schedules)?;
        }
        for other in others {
            bots.put(other).await.map_err(StartError::Data)?;
        }
        let listener = listen(options.listen).await?;
        let address = listener.local_addr().map_err(|source| StartError::Listen {
            address: options.listen,
            source,
        })?;
        let dcs =
            Arc::new(start_dcs(&world, options.dc_listen, &last_dcs, options.cdn_listen).await?);
        let sandbox = Self {
            ready: ready(&world, bots.first(), &dcs, address),
            world,
            bots,
            dcs,
            schedules,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        sandbox.spawn_http(listener);
        sandbox.spawn_webhooks()?;
        sandbox.spawn_account_news();
        sandbox.tasks.spawn(posting::run(
            Arc::clone(&sandbox.world),
            Arc::clone(&sandbox.schedules),
            sandbox.stop.clone(),
        ));
        if let Some(keeper) = keeper {
            let keep = keeper.keep(
                Arc::clone(&sandbox.world),
                Arc::clone(&sandbox.bots),
                Arc::clone(&sandbox.schedules),
                sandbox
                    .dcs
                    .addresses()
                    .into_iter()
                    .map(|(_, at)| at)
                    .collect(),
                sandbox.stop.clone(),
            );
            sandbox.tasks.spawn(keep);
        }
        Ok(sandbox)
    }

    /// What others need to know; `app` is left to the caller.
    pub fn ready(&self) -> Ready {
        self.ready.clone()
    }

    /// The people and their accounts.
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// The data centres.
    pub fn dcs(&self) -> &Arc<Dcs> {
        &self.dcs
    }

    /// The first bot and its chats.
    pub fn bot(&self) -> &Arc<Bot> {
        self.bots.first()
    }

    /// All bots.
    pub fn bots(&self) -> &Arc<Bots> {
        &self.bots
    }

    /// Stops everything, in bounded time.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        let stopped = async { tokio::join!(self.tasks.wait(), self.dcs.shutdown()) };
        if tokio::time::timeout(STOPPING, stopped).await.is_err() {
            tracing::warn!(tasks = self.tasks.len(), "not everything stopped in time");
        }
    }

    fn spawn_http(&self, listener: TcpListener) {
        let state = ControlState {
            world: Arc::clone(&self.world),
            bots: Arc::clone(&self.bots),
            dcs: Arc::clone(&self.dcs),
            schedules: Arc::clone(&self.schedules),
            stop: self.stop.clone(),
        };
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            let serving = axum::serve(listener, server::router(state))
                .with_graceful_shutdown(stop.cancelled_owned());
            if let Err(error) = serving.await {
                tracing::error!(%error, "the sandbox's HTTP listener failed");
            }
        });
    }

    fn spawn_webhooks(&self) -> Result<(), StartError> {
        // A process has one TLS provider; whoever came first has chosen it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(StartError::Client)?;
        let bots = Arc::clone(&self.bots);
        self.tasks
            .spawn(bots::deliver(bots, client, self.stop.clone()));
        Ok(())
    }

    /// Tells phones when their owner's account or devices change, and bots what was
    /// said to them by way of a data centre.
    fn spawn_account_news(&self) {
        let mut news = self.world.subscribe();
        let bots = Arc::clone(&self.bots);
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            while let Some(item) = stop.run_until_cancelled(news.recv()).await {
                match item {
                    Ok(event) => {
                        if let Some(person) = concerned(&event) {
                            bots.account_changed(person);
                        }
                        bots.hear(&event);
                    }
                    Err(tokio::sync::broadcast::error::RecvError::Lagged(missed)) => {
                        tracing::warn!(missed, "bots and phones missed some of what happened");
                    }
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                }
            }
        });
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn concerned(event: &Event) -> Option<i64> {
    match event {
        Event::PersonChanged { person }
        | Event::AuthorizationChanged { person, .. }
        | Event::AuthorizationRemoved { person, .. }
        | Event::TokenAccepted { person, .. } => Some(*person),
        Event::CodeSent { person } => *person,
        Event::AccessChanged { .. }
        | Event::MessageAdded { .. }
        | Event::MessageEdited { .. }
        | Event::MessagesDeleted { .. } => None,
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| StartError::Listen { address, source })
}

async fn load(keeper: Option<&Keeper>) -> Result<Option<Snapshot>, StartError> {
    match keeper {
        Some(keeper) => keeper.load().await.map_err(StartError::Data),
        None => Ok(None),
    }
}

/// The first people, and a bot that has not yet done anything.
async fn begin(
    world: &World,
    people: Vec<Newcomer>,
    bot: &BotOptions,
) -> Result<State, StartError> {
    populate(world, people).await?;
    let identity = Identity::new(bot).map_err(|_| StartError::Token)?;
    Ok(State::new(identity, &bot.name, WebAppKey::random()))
}

async fn open_files(keeper: Option<&Keeper>) -> Result<Files, StartError> {
    match keeper {
        Some(keeper) => Files::in_folder(keeper.files())
            .await
            .map_err(StartError::Data),
        None => Ok(Files::in_memory()),
    }
}

/// Starts the data centres where they were the last time, unless someone else
/// is there now or the caller wants them elsewhere.
async fn start_dcs(
    world: &Arc<World>,
    wanted: Vec<SocketAddr>,
    last: &[SocketAddr],
    cdn: Option<SocketAddr>,
) -> Result<Dcs, dc::StartError> {
    let again: Vec<SocketAddr> = wanted
        .iter()
        .enumerate()
        .map(|(at, wanted)| match last.get(at) {
            Some(last) if wanted.port() == 0 && wanted.ip() == last.ip() => *last,
            Some(_) | None => *wanted,
        })
        .collect();
    match Dcs::start_with_cdn(Arc::clone(world), &again, cdn).await {
        Err(dc::StartError::Listen { .. }) if again != wanted => {
            Dcs::start_with_cdn(Arc::clone(world), &wanted, cdn).await
        }
        outcome => outcome,
    }
}

async fn populate(world: &World, people: Vec<Newcomer>) -> Result<(), StartError> {
    for Newcomer { person, password } in people {
        let name = person.first_name.clone();
        let id = world
            .people()
            .create(person)
            .map_err(|source| StartError::Person { name, source })?
            .id;
        if let Some((password, hint)) = password {
            let derive = move || CloudPassword::derive(&password, hint);
            if let Ok(password) = tokio::task::spawn_blocking(derive).await {
                world.set_password(id, Some(password));
            }
        }
    }
    Ok(())
}

fn ready(world: &World, bot: &Bot, dcs: &Dcs, http: SocketAddr) -> Ready {
    let base = format!("http://{}", reachable(http));
    let owner = bot.owner_view();
    Ready {
        app: None,
        phone: format!("{base}/phone"),
        control: format!("{base}/control"),
        bot_api: base,
        bot_token: owner.identity.token,
        api_id: world.options().api_id,
        api_hash: world.options().api_hash.clone(),
        rsa_public_key: dcs.rsa_public_key_pem().to_owned(),
        dcs: dcs
            .addresses()
            .into_iter()
            .map(|(id, address)| DcAddress {
                id,
                address: reachable(address).to_string(),
            })
            .collect(),
        webapp_public_key: owner.webapp_public_key,
    }
}

/// An address that others on this machine can reach.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
