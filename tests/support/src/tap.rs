//! A wire that is listened to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How much is read at once.
const CHUNK_BYTES: usize = 16 * 1024;

/// Passes connections on to another address of this machine, and remembers
/// what comes back. It ends when dropped.
#[derive(Debug)]
pub struct Tap {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<u8>>>,
    /// Held for its end: dropping it ends all connections.
    _wires: JoinSet<()>,
}

impl Tap {
    /// Begins to listen on a free port for what goes to `target` (`address:port`).
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn on(target: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let heard = Arc::default();
        let mut wires = JoinSet::new();
        wires.spawn(accept(listener, target.to_owned(), Arc::clone(&heard)));
        Ok(Self {
            address,
            heard,
            _wires: wires,
        })
    }

    /// Where it listens: `address:port`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// All that came back so far, as text.
    pub fn heard(&self) -> String {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&heard).into_owned()
    }
}

async fn accept(listener: TcpListener, target: String, heard: Arc<Mutex<Vec<u8>>>) {
    let mut connections = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        let Ok(far) = TcpStream::connect(&target).await else {
            continue;
        };
        let (near_read, near_write) = near.into_split();
        let (far_read, far_write) = far.into_split();
        connections.spawn(pass(near_read, far_write, None));
        connections.spawn(pass(far_read, near_write, Some(Arc::clone(&heard))));
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, heard: Option<Arc<Mutex<Vec<u8>>>>) {
    let mut chunk = vec![0; CHUNK_BYTES];
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        let chunk = &chunk[..length];
        if let Some(heard) = &heard {
            heard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend_from_slice(chunk);
        }
        if to.write_all(chunk).await.is_err() {
            break;
        }
    }
}
