//! A TCP proxy whose line can be slow, stalled, cut, forgotten or refused.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// How much is read at once.
const CHUNK_BYTES: usize = 16 * 1024;

/// What a client sent.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// On which connection, counted from 1.
    pub connection: u64,
    /// The client's end of it.
    pub from: SocketAddr,
    /// The bytes; those of a connection come in their order.
    pub bytes: &'a [u8],
}

/// Hears what clients send, as it arrives, however slow the line is.
pub type Ear = Arc<dyn Fn(Sent<'_>) + Send + Sync>;

/// What the line is like.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    /// How long everything takes, each way.
    delay: Duration,
    /// Nothing gets through.
    stalled: bool,
    /// Who connects is sent away.
    refusing: bool,
    /// Connections up to this one are cut.
    cut: u64,
    /// Connections up to this one never hear or are heard again.
    forgotten: u64,
}

impl Line {
    fn carries(&self, connection: u64) -> bool {
        !self.stalled && connection > self.forgotten
    }
}

/// Passes connections on to another address. It ends when dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    line: watch::Sender<Line>,
    latest: watch::Receiver<u64>,
    /// Held for its end: dropping it ends all connections.
    _wires: JoinSet<()>,
}

impl Proxy {
    /// Begins to listen on a free port for what goes to `target` (`address:port`).
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn to(target: &str) -> Result<Self> {
        Self::heard_by(vec![target.to_owned()], Arc::new(|_| {})).await
    }

    /// The same for the first of several targets that lets itself be connected
    /// to, beginning with another one each time; with someone who listens.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn heard_by(targets: Vec<String>, ear: Ear) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (line, seen) = watch::channel(Line::default());
        let (count, latest) = watch::channel(0);
        let mut wires = JoinSet::new();
        wires.spawn(accept(listener, targets, seen, count, ear));
        Ok(Self {
            address,
            line,
            latest,
            _wires: wires,
        })
    }

    /// Where it listens: `address:port`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// From now on everything takes so long, each way.
    pub fn delay(&self, delay: Duration) {
        self.line.send_modify(|line| line.delay = delay);
    }

    /// Nothing gets through any more, and no connection ends by itself: what is
    /// sent meanwhile arrives later. New connections are accepted.
    pub fn stall(&self) {
        self.line.send_modify(|line| line.stalled = true);
    }

    /// Cuts all connections, once.
    pub fn cut(&self) {
        let latest = *self.latest.borrow();
        self.line.send_modify(|line| line.cut = latest);
    }

    /// Drops whatever is sent over today's connections, without a word to
    /// either end; new ones work.
    pub fn forget(&self) {
        let latest = *self.latest.borrow();
        self.line.send_modify(|line| line.forgotten = latest);
    }

    /// Cuts all connections, and sends away who connects.
    pub fn refuse(&self) {
        self.line.send_modify(|line| line.refusing = true);
        self.cut();
    }

    /// Lets everything through again; what was cut or forgotten stays so, and
    /// slow stays slow.
    pub fn pass(&self) {
        self.line.send_modify(|line| {
            line.stalled = false;
            line.refusing = false;
        });
    }
}

async fn accept(
    listener: TcpListener,
    targets: Vec<String>,
    line: watch::Receiver<Line>,
    count: watch::Sender<u64>,
    ear: Ear,
) {
    let mut connections = JoinSet::new();
    let mut number = 0;
    while let Ok((near, from)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if line.borrow().refusing {
            continue;
        }
        number += 1;
        count.send_replace(number);
        let wire = Wire {
            number,
            from,
            line: line.clone(),
            ear: Arc::clone(&ear),
        };
        let mut targets = targets.clone();
        let first = usize::try_from(number).unwrap_or(0) % targets.len();
        targets.rotate_left(first);
        connections.spawn(wire.carry(near, targets));
    }
}

/// One connection.
struct Wire {
    number: u64,
    from: SocketAddr,
    line: watch::Receiver<Line>,
    ear: Ear,
}

impl Wire {
    async fn carry(self, near: TcpStream, targets: Vec<String>) {
        let Some(far) = connect(&targets).await else {
            return;
        };
        // The delay is the line's own business.
        let _ = (near.set_nodelay(true), far.set_nodelay(true));
        let (near_read, near_write) = near.into_split();
        let (far_read, far_write) = far.into_split();
        let mut line = self.line.clone();
        tokio::select! {
            () = self.pass(near_read, far_write, true) => {}
            () = self.pass(far_read, near_write, false) => {}
            // Who sets it is gone: that ends everything, too.
            _ = line.wait_for(|line| line.cut >= self.number) => {}
        }
    }

    /// Passes on what one end says, until it has said everything.
    async fn pass(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, from_client: bool) {
        let (held, mut due) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        let read = async {
            let mut chunk = vec![0; CHUNK_BYTES];
            while let Ok(length @ 1..) = from.read(&mut chunk).await {
                if from_client {
                    (self.ear)(Sent {
                        connection: self.number,
                        from: self.from,
                        bytes: &chunk[..length],
                    });
                }
                let at = Instant::now() + self.line.borrow().delay;
                if held.send((at, chunk[..length].to_vec())).is_err() {
                    break;
                }
            }
            drop(held);
            // What is held up of someone who is gone never arrives.
            if self.line.borrow().carries(self.number) {
                std::future::pending::<()>().await;
            }
        };
        let write = async {
            while let Some((at, bytes)) = due.recv().await {
                sleep_until(at).await;
                self.carries().await;
                if to.write_all(&bytes).await.is_err() {
                    break;
                }
            }
        };
        tokio::select! {
            () = read => {}
            () = write => {}
        }
    }

    fn carries(&self) -> impl Future<Output = ()> {
        let (mut line, number) = (self.line.clone(), self.number);
        async move {
            // Who sets it is gone: the cut ends this.
            let _ = line.wait_for(|line| line.carries(number)).await;
        }
    }
}

async fn connect(targets: &[String]) -> Option<TcpStream> {
    for target in targets {
        if let Ok(stream) = TcpStream::connect(target).await {
            return Some(stream);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::io::AsyncBufReadExt;
    use tokio::io::BufReader;

    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    /// Says every line again.
    async fn echo() -> (String, JoinSet<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (mut read, mut write) = stream.into_split();
                connections.spawn(async move {
                    let _ = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        (address, tasks)
    }

    struct Client(BufReader<TcpStream>);

    impl Client {
        async fn of(proxy: &Proxy) -> Self {
            let stream = TcpStream::connect(proxy.address()).await.unwrap();
            Self(BufReader::new(stream))
        }

        async fn say(&mut self, word: &str) {
            let line = format!("{word}\n");
            self.0.get_mut().write_all(line.as_bytes()).await.unwrap();
        }

        /// The next line; empty if the connection ended.
        async fn hear(&mut self) -> String {
            let mut line = String::new();
            let heard = tokio::time::timeout(SOON, self.0.read_line(&mut line));
            // A reset is an end as well.
            let _ = heard.await.expect("in time");
            line.trim_end().to_owned()
        }
    }

    #[tokio::test]
    async fn everything_passes_and_is_heard() {
        let (target, _echo) = echo().await;
        let heard: Arc<Mutex<Vec<u8>>> = Arc::default();
        let into = Arc::clone(&heard);
        let ear: Ear = Arc::new(move |sent| into.lock().unwrap().extend(sent.bytes));
        let proxy = Proxy::heard_by(vec!["127.0.0.1:1".to_owned(), target], ear);
        let proxy = proxy.await.unwrap();
        let mut client = Client::of(&proxy).await;
        client.say("hello").await;
        assert_eq!(client.hear().await, "hello");
        assert_eq!(*heard.lock().unwrap(), b"hello\n");
    }

    #[tokio::test]
    async fn what_is_stalled_arrives_later() {
        let (target, _echo) = echo().await;
        let proxy = Proxy::to(&target).await.unwrap();
        let mut client = Client::of(&proxy).await;
        proxy.stall();
        client.say("one").await;
        let nothing = tokio::time::timeout(Duration::from_millis(50), client.hear());
        assert!(nothing.await.is_err());
        proxy.pass();
        assert_eq!(client.hear().await, "one");
    }

    #[tokio::test]
    async fn what_is_cut_ends_and_others_may_connect() {
        let (target, _echo) = echo().await;
        let proxy = Proxy::to(&target).await.unwrap();
        let mut client = Client::of(&proxy).await;
        client.say("one").await;
        client.hear().await;
        proxy.cut();
        assert_eq!(client.hear().await, "");
        let mut client = Client::of(&proxy).await;
        client.say("two").await;
        assert_eq!(client.hear().await, "two");
    }

    #[tokio::test]
    async fn who_is_refused_hears_the_end() {
        let (target, _echo) = echo().await;
        let proxy = Proxy::to(&target).await.unwrap();
        proxy.refuse();
        assert_eq!(Client::of(&proxy).await.hear().await, "");
        proxy.pass();
        let mut client = Client::of(&proxy).await;
        client.say("one").await;
        assert_eq!(client.hear().await, "one");
    }

    #[tokio::test]
    async fn a_forgotten_connection_is_silent_for_ever() {
        let (target, _echo) = echo().await;
        let proxy = Proxy::to(&target).await.unwrap();
        let mut old = Client::of(&proxy).await;
        old.say("one").await;
        old.hear().await;
        proxy.forget();
        old.say("two").await;
        let mut new = Client::of(&proxy).await;
        new.say("three").await;
        assert_eq!(new.hear().await, "three");
        let nothing = tokio::time::timeout(Duration::from_millis(50), old.hear());
        assert!(nothing.await.is_err());
    }
}
