//! A listener that lets no one in.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};

/// How long a connection that is let in takes at most, on this machine.
const LET_IN: Duration = Duration::from_millis(200);

/// A listener that accepts nothing and whose queue is full: to connect to it takes for
/// ever.
#[derive(Debug)]
pub struct DeafListener {
    listener: TcpListener,
    /// What its queue is full of.
    _waiting: Vec<TcpStream>,
}

impl DeafListener {
    /// Listens on a free port of 127.0.0.1, and fills the queue.
    ///
    /// # Errors
    /// When it cannot listen, or its queue never is full.
    pub fn start() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let listener = socket.listen(1)?;
        let address = listener.local_addr()?;
        let mut waiting = Vec::new();
        while waiting.len() < 64 {
            match TcpStream::connect_timeout(&address, LET_IN) {
                Ok(stream) => waiting.push(stream),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    return Ok(Self {
                        listener,
                        _waiting: waiting,
                    });
                }
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("the queue of the listener is never full"))
    }

    /// Where it is.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
