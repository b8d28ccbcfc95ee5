//! The data centres as a whole: start, stop, and what others need of them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::Connection;
use super::data_centre::DataCentre;
use super::directory::{CDN_DC, Directory};
use super::handshake::{RsaKey, RsaKeyError};
use super::message::{MsgIds, Salts, Sessions};
use super::methods;
use super::push::{self, Connections};
use super::refusals::{Refusal, Refusals};
use super::rpc::Methods;
use crate::world::{AuthKey, World, random_bytes};

/// How often what no one can use any more is forgotten.
const SWEEP_INTERVAL: Duration = Duration::from_secs(5);
/// How long to wait after the machine refused another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why the data centres cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// There is no RSA key.
    #[error(transparent)]
    RsaKey(#[from] RsaKeyError),
    /// The key was being made when the sandbox stopped.
    #[error("stopped while starting")]
    Stopped,
}

/// A key that was made without a key exchange, for clients that know only
/// Telegram's own RSA keys.
#[derive(Clone)]
pub struct MintedKey {
    /// The number of the data centre.
    pub dc: i32,
    /// Where it listens.
    pub address: SocketAddr,
    /// The authorisation key.
    pub auth_key: [u8; 256],
}

/// How the data centres are used.
#[derive(Clone, Debug, Default)]
pub struct DcsStats {
    /// Open connections, by data centre.
    pub connections: Vec<(i32, usize)>,
    /// Calls so far, by method; only methods that were called.
    pub calls: Vec<(&'static str, u64)>,
    /// Calls of methods that are not built.
    pub unknown_calls: u64,
    /// Errors that calls were answered with so far, by method and Telegram's
    /// name without numbers.
    pub errors: Vec<(&'static str, String, u64)>,
    /// Connections that were turned away so far, by reason.
    pub refused: Vec<(Refusal, u64)>,
}

/// The running data centres.
pub struct Dcs {
    world: Arc<World>,
    centres: Vec<Arc<DataCentre>>,
    /// The methods that are known, with their counters.
    methods: Arc<Methods>,
    rsa: Arc<RsaKey>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Dcs {
    /// Starts one data centre on each address, numbered from 1. Port 0 is any
    /// free port.
    ///
    /// # Errors
    /// When an address cannot be listened on or no RSA key can be made.
    pub async fn start(world: Arc<World>, listen: &[SocketAddr]) -> Result<Self, StartError> {
        Self::start_with_cdn(world, listen, None).await
    }

    /// The same, with a CDN beside them.
    ///
    /// # Errors
    /// When an address cannot be listened on or no RSA key can be made.
    pub async fn start_with_cdn(
        world: Arc<World>,
        listen: &[SocketAddr],
        cdn: Option<SocketAddr>,
    ) -> Result<Self, StartError> {
        let mut listeners = Vec::new();
        let mut addresses = Vec::new();
        for (dc, &address) in (1..).zip(listen) {
            let (listener, bound) = bind(address).await?;
            addresses.push((dc, bound));
            listeners.push(listener);
        }
        let cdn = match cdn {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let rsa = tokio::task::spawn_blocking(RsaKey::generate)
            .await
            .map_err(|_| StartError::Stopped)??;
        let rsa = Arc::new(rsa);
        let cdn_address = cdn.as_ref().map(|(_, bound)| *bound);
        let directory = Directory::new(addresses, cdn_address);
        let connections = Arc::new(Connections::default());
        let centre = |id: i32| {
            Arc::new(DataCentre {
                id,
                world: Arc::clone(&world),
                rsa: Arc::clone(&rsa),
                directory: directory.clone(),
                connections: Arc::clone(&connections),
                sessions: Sessions::default(),
                salts: Salts::default(),
                msg_ids: MsgIds::default(),
                open: AtomicUsize::new(0),
                refusals: Refusals::default(),
            })
        };
        let dcs = Self {
            centres: directory
                .addresses()
                .iter()
                .map(|(id, _)| *id)
                .chain(cdn_address.map(|_| CDN_DC))
                .map(centre)
                .collect(),
            methods: Arc::new(Methods::new(methods::all())),
            rsa,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            world,
        };
        listeners.extend(cdn.map(|(listener, _)| listener));
        dcs.spawn(listeners, connections);
        Ok(dcs)
    }

    fn spawn(&self, listeners: Vec<TcpListener>, connections: Arc<Connections>) {
        for (centre, listener) in self.centres.iter().zip(listeners) {
            let accepting = accept(
                Arc::clone(centre),
                Arc::clone(&self.methods),
                listener,
                self.tasks.clone(),
                self.stop.clone(),
            );
            self.tasks.spawn(accepting);
        }
        self.tasks.spawn(push::deliver(
            Arc::clone(&self.world),
            connections,
            self.world.subscribe(),
            self.stop.clone(),
        ));
        let sweeping = sweep(
            Arc::clone(&self.world),
            self.centres.clone(),
            self.stop.clone(),
        );
        self.tasks.spawn(sweeping);
    }

    /// Where the data centres listen, by number.
    pub fn addresses(&self) -> Vec<(i32, SocketAddr)> {
        let first = self.centres.first();
        first.map_or_else(Vec::new, |centre| centre.directory.addresses().to_vec())
    }

    /// The public half of the RSA key, as PKCS#1 PEM.
    pub fn rsa_public_key_pem(&self) -> &str {
        self.rsa.public_pem()
    }

    /// Where the CDN listens, if there is one.
    pub fn cdn(&self) -> Option<(i32, SocketAddr)> {
        let cdn = self.centres.first()?.directory.cdn()?;
        Some((CDN_DC, cdn))
    }

    /// Makes a new authorisation key for each data centre.
    pub fn mint_keys(&self) -> Vec<MintedKey> {
        self.addresses()
            .into_iter()
            .map(|it| self.mint(it))
            .collect()
    }

    /// Makes a new authorisation key for the CDN, if there is one.
    pub fn mint_cdn_key(&self) -> Option<MintedKey> {
        self.cdn().map(|it| self.mint(it))
    }

    fn mint(&self, (dc, address): (i32, SocketAddr)) -> MintedKey {
        let auth_key = random_bytes();
        let now = self.world.clock().now();
        self.world.keys().add(AuthKey::new(dc, auth_key, None, now));
        MintedKey {
            dc,
            address,
            auth_key,
        }
    }

    /// Cuts the connections that speak with a person's keys, at one data centre
    /// or at all; how many there were.
    pub fn cut(&self, person: i64, dc: Option<i32>) -> usize {
        let Some(centre) = self.centres.first() else {
            return 0;
        };
        let keys = self.world.keys().list().into_iter();
        let theirs = keys.filter(|key| {
            dc.is_none_or(|only| key.dc == only)
                && key.login().is_some_and(|login| login.person == person)
        });
        theirs.map(|key| centre.connections.close(key.id)).sum()
    }

    /// How the data centres are used.
    pub fn stats(&self) -> DcsStats {
        let open = |centre: &Arc<DataCentre>| (centre.id, centre.open.load(Ordering::Relaxed));
        let refused = |why| self.centres.iter().map(|it| it.refusals.count(why)).sum();
        DcsStats {
            connections: self.centres.iter().map(open).collect(),
            calls: self.methods.calls(),
            unknown_calls: self.methods.unknown_calls(),
            errors: self.methods.errors(),
            refused: Refusal::ALL.map(|why| (why, refused(why))).to_vec(),
        }
    }

    /// Closes all connections and waits until everything has stopped.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Dcs {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl std::fmt::Debug for Dcs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dcs")
            .field("addresses", &self.addresses())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for MintedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MintedKey")
            .field("dc", &self.dc)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

async fn accept(
    centre: Arc<DataCentre>,
    methods: Arc<Methods>,
    listener: TcpListener,
    tasks: TaskTracker,
    stop: CancellationToken,
) {
    let line = centre.world.faults().watch_line(centre.id);
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((socket, _)) if line.borrow().refused_by.is_some() => {
                centre.refusals.note(Refusal::Ordered);
                // A reset, as from where no one listens.
                let _ = socket.set_zero_linger();
            }
            Ok((socket, _)) => {
                let connection = Connection::new(Arc::clone(&centre), Arc::clone(&methods), socket);
                tasks.spawn(connection.run(stop.clone()));
            }
            Err(error) => {
                // Usually too many open files: others have to leave first.
                tracing::warn!(dc = centre.id, %error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn sweep(world: Arc<World>, centres: Vec<Arc<DataCentre>>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(SWEEP_INTERVAL);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {
                world.sweep();
                for centre in &centres {
                    centre.sessions.sweep();
                }
            }
        }
    }
}
