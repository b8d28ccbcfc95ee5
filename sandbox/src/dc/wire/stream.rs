//! A socket as a stream of packets.

use std::io;
use std::net::SocketAddr;

use bytes::BytesMut;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::framing::{FrameError, Framing};

/// How much is read at once.
const READ_SIZE: usize = 16 * 1024;

/// Why no more packets come.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamError {
    /// The client closed the connection.
    #[error("the client closed the connection")]
    Closed,
    /// The network failed.
    #[error("the network failed")]
    Io(#[from] io::Error),
    /// The client does not speak a known transport.
    #[error("a bad frame: {0}")]
    Frame(#[from] FrameError),
}

/// A client's socket.
#[derive(Debug)]
pub(crate) struct PacketStream {
    socket: TcpStream,
    framing: Option<Framing>,
    /// Empty and without memory while the client is idle.
    buffer: BytesMut,
}

impl PacketStream {
    pub(crate) fn new(socket: TcpStream) -> Self {
        Self {
            socket,
            framing: None,
            buffer: BytesMut::new(),
        }
    }

    /// The address that the client reached us at.
    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// The next packet. Cancel-safe: what has arrived stays in the buffer.
    pub(crate) async fn next(&mut self) -> Result<BytesMut, StreamError> {
        loop {
            if let Some(packet) = self.buffered()? {
                return Ok(packet);
            }
            self.socket.readable().await?;
            self.buffer.reserve(READ_SIZE);
            match self.socket.try_read_buf(&mut self.buffer) {
                Ok(0) => return Err(StreamError::Closed),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Sends a packet.
    pub(crate) async fn send(&mut self, packet: &[u8]) -> io::Result<()> {
        let mut out = Vec::with_capacity(packet.len() + 16);
        if let Some(framing) = &mut self.framing {
            framing.frame(packet, &mut out);
        }
        self.socket.write_all(&out).await
    }

    /// Sends a transport error.
    pub(crate) async fn send_error(&mut self, code: i32) -> io::Result<()> {
        let mut out = Vec::new();
        if let Some(framing) = &mut self.framing {
            framing.frame_error(code, &mut out);
        }
        self.socket.write_all(&out).await?;
        self.socket.shutdown().await
    }

    /// Sends bytes as they are, and no more after them.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.socket.write_all(bytes).await?;
        self.socket.shutdown().await
    }

    fn buffered(&mut self) -> Result<Option<BytesMut>, FrameError> {
        if self.framing.is_none() {
            self.framing = Framing::detect(&mut self.buffer);
        }
        let packet = match &mut self.framing {
            Some(framing) => framing.next(&mut self.buffer)?,
            None => None,
        };
        if self.buffer.is_empty() {
            self.buffer = BytesMut::new();
        }
        Ok(packet)
    }
}
