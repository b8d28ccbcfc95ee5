//! The stand-in's server.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::sleep;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::answering::{completion, refused, usual};
use super::behaviour::Behaviour;
use super::received::Received;

/// How much of a request the kernel takes that no one reads, in bytes: little, so that
/// whoever sends notices that no one does.
const RECEIVE_BUFFER: u32 = 2 * 1024;
/// How many connections may wait to be let in.
const QUEUE: u32 = 64;
/// So much of a request is read before it is not read any further, in bytes.
const READ_AT_MOST: usize = 512;

/// The stand-in for a tagging service. It is over when it is dropped.
#[derive(Debug)]
pub struct TaggingService {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    _stop: DropGuard,
}

#[derive(Debug, Default)]
struct State {
    /// What it does with the next requests, and then with all others.
    next: VecDeque<Behaviour>,
    afterwards: Option<Behaviour>,
    /// Parameters that it refuses.
    refuses: Vec<String>,
    requests: Vec<Received>,
    bytes: Vec<u8>,
    connections: usize,
}

impl TaggingService {
    /// Serves on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn start() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let listener = socket.listen(QUEUE)?;
        let address = listener.local_addr()?;
        let state = Arc::<Mutex<State>>::default();
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let serving = serve(listener, Arc::clone(&state), tasks.clone(), stop.clone());
        tasks.spawn(stop.clone().run_until_cancelled_owned(serving));
        Ok(Self {
            address,
            state,
            _stop: stop.drop_guard(),
        })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address below which it is asked.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// What it does with the next requests, one after the other.
    pub fn next(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        state(&self.state).next.extend(behaviours);
    }

    /// What it does with all requests of which nothing else was said.
    pub fn from_now_on(&self, behaviour: Behaviour) {
        state(&self.state).afterwards = Some(behaviour);
    }

    /// It refuses requests that have this parameter, or this type of answer.
    pub fn refuse(&self, parameter: &str) {
        state(&self.state).refuses.push(parameter.to_owned());
    }

    /// The requests that arrived whole.
    pub fn requests(&self) -> Vec<Received> {
        state(&self.state).requests.clone()
    }

    /// All that arrived, also of requests that did not arrive whole.
    pub fn bytes(&self) -> Vec<u8> {
        state(&self.state).bytes.clone()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        state(&self.state).connections
    }
}

fn state(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(
    listener: TcpListener,
    shared: Arc<Mutex<State>>,
    tasks: TaskTracker,
    stop: CancellationToken,
) {
    while let Ok((stream, _)) = listener.accept().await {
        state(&shared).connections += 1;
        let connection = Connection {
            stream,
            shared: Arc::clone(&shared),
            unread: Vec::new(),
        };
        let stop = stop.clone();
        tasks.spawn(async move {
            // Whoever asked went away: so does the connection.
            let _ = stop.run_until_cancelled(connection.serve()).await;
        });
    }
}

struct Connection {
    stream: TcpStream,
    shared: Arc<Mutex<State>>,
    unread: Vec<u8>,
}

impl Connection {
    async fn serve(mut self) -> io::Result<()> {
        loop {
            let behaviour = {
                let mut state = state(&self.shared);
                match state.next.front() {
                    // Not before a request comes: this connection may be closed instead.
                    Some(Behaviour::StopReading) => state.next.pop_front(),
                    None if state.afterwards == Some(Behaviour::StopReading) => {
                        state.afterwards.clone()
                    }
                    _ => None,
                }
            };
            if behaviour.is_some() {
                self.more(READ_AT_MOST).await?;
                std::future::pending::<()>().await;
            }
            let request = self.request().await?;
            let (refusal, behaviour) = {
                let mut state = state(&self.shared);
                state.requests.push(request.clone());
                let refusal = refused(&request, &state.refuses);
                let behaviour = match refusal {
                    Some(_) => None,
                    None => state.next.pop_front().or_else(|| state.afterwards.clone()),
                };
                (refusal, behaviour.unwrap_or(Behaviour::Answer))
            };
            match refusal {
                Some(body) => self.answer(400, "", &body).await?,
                None => self.behave(behaviour, &request).await?,
            }
        }
    }

    async fn behave(&mut self, behaviour: Behaviour, request: &Received) -> io::Result<()> {
        let answer = completion(&usual(request));
        let (start, end) = answer.split_at(answer.len() / 2);
        match behaviour {
            Behaviour::Answer => self.answer(200, "", &answer).await,
            Behaviour::Say(content) => self.answer(200, "", &completion(&content)).await,
            Behaviour::Status(status, body) => self.answer(status, "", &body).await,
            Behaviour::Limit(None) => self.answer(429, "", "{}").await,
            Behaviour::Limit(Some(after)) => self.answer(429, &waiting(&after), "{}").await,
            Behaviour::Busy(after) => self.answer(503, &waiting(&after), "{}").await,
            Behaviour::Redirect(to) => self.answer(307, &format!("location: {to}\r\n"), "").await,
            Behaviour::AnswerAndClose => {
                self.answer(200, "", &answer).await?;
                self.close().await
            }
            Behaviour::HangUp => {
                self.head(200, "", answer.len()).await?;
                self.stream.write_all(start.as_bytes()).await?;
                self.close().await
            }
            Behaviour::SilenceHalfWay => {
                self.head(200, "", answer.len()).await?;
                self.stream.write_all(start.as_bytes()).await?;
                self.silence().await
            }
            Behaviour::Drip(pause) => {
                self.head(200, "", answer.len()).await?;
                for byte in [start, end].concat().bytes() {
                    self.stream.write_all(&[byte]).await?;
                    sleep(pause).await;
                }
                Ok(())
            }
            Behaviour::Silence | Behaviour::StopReading => self.silence().await,
        }
    }

    /// Says nothing until the other side goes away.
    async fn silence(&mut self) -> io::Result<()> {
        loop {
            self.more(READ_AT_MOST).await?;
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.stream.shutdown().await?;
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    async fn answer(&mut self, status: u16, headers: &str, body: &str) -> io::Result<()> {
        self.head(status, headers, body.len()).await?;
        self.stream.write_all(body.as_bytes()).await
    }

    async fn head(&mut self, status: u16, headers: &str, length: usize) -> io::Result<()> {
        let head = format!(
            "HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\n\
             {headers}content-length: {length}\r\n\r\n"
        );
        self.stream.write_all(head.as_bytes()).await
    }

    /// The next request.
    async fn request(&mut self) -> io::Result<Received> {
        let end = b"\r\n\r\n";
        let head = loop {
            let found = self.unread.windows(end.len()).position(|it| it == end);
            if let Some(at) = found {
                let rest = self.unread.split_off(at + end.len());
                let head = std::mem::replace(&mut self.unread, rest);
                break String::from_utf8_lossy(&head).into_owned();
            }
            self.more(usize::MAX).await?;
        };
        let mut request = Received {
            head,
            body: serde_json::Value::Null,
        };
        let length = request.header("content-length");
        let length = length.and_then(|it| it.parse().ok()).unwrap_or(0);
        while self.unread.len() < length {
            self.more(usize::MAX).await?;
        }
        let rest = self.unread.split_off(length);
        let body = std::mem::replace(&mut self.unread, rest);
        request.body = serde_json::from_slice(&body).unwrap_or_default();
        Ok(request)
    }

    async fn more(&mut self, at_most: usize) -> io::Result<()> {
        let mut buffer = [0; 4 * 1024];
        let room = buffer.len().min(at_most);
        let read = self.stream.read(&mut buffer[..room]).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        state(&self.shared).bytes.extend_from_slice(&buffer[..read]);
        self.unread.extend_from_slice(&buffer[..read]);
        Ok(())
    }
}

fn waiting(after: &str) -> String {
    format!("retry-after: {after}\r\n")
}
