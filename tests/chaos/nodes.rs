//! The nodes: real processes, each with lines of its own to the database and
//! to Redis.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use reqwest::Client;
use sesame_test_support::http;
use sesame_test_support::proxy::{Ear, Proxy};
use sesame_test_support::sesame::{Program, Running};
use sesame_test_support::test_server::STOP_WITHIN;
use tokio::sync::Mutex;

use crate::chronicle::{About, Chronicle};

/// How often a start is tried, as whoever supervises a service would: longer than
/// several faults after one another keep its Redis away.
const START_TRIES: u32 = 120;
/// The wait between two tries.
const TRY_AGAIN: Duration = Duration::from_millis(500);

/// Which process is which node.
#[derive(Debug, Default)]
pub(crate) struct Processes {
    /// By the names that they have in the database.
    names: StdMutex<HashMap<String, usize>>,
    /// Process ids.
    running: StdMutex<HashMap<usize, u32>>,
}

impl Processes {
    /// Hears what a node says to Redis: it holds a lease on being alive, in
    /// whose key its name is.
    fn hear(&self, node: usize, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let words: Vec<_> = text.split("\r\n").collect();
        for (at, word) in words.iter().enumerate() {
            // The key of a script, and what it is to do with it.
            if words.get(at + 2) != Some(&"take") {
                continue;
            }
            if let Some((_, name)) = word.rsplit_once("lease:node:") {
                let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
                names.insert(name.to_owned(), node);
            }
        }
    }

    /// The node with this name.
    pub(crate) fn named(&self, name: &str) -> Option<usize> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(name).copied()
    }

    fn runs(&self, node: usize, pid: u32) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(node, pid);
    }

    /// The node with the socket at this address.
    pub(crate) fn at(&self, address: SocketAddr) -> Option<usize> {
        let port = format!(":{:04X}", address.port());
        let table = std::fs::read_to_string("/proc/net/tcp").ok()?;
        let inode = table.lines().find_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let is_it = fields.get(1).is_some_and(|local| local.ends_with(&port));
            fields.get(9).filter(|_| is_it).map(|it| (*it).to_owned())
        })?;
        let socket = format!("socket:[{inode}]");
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let has_it = |pid: u32| {
            let files = std::fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
            let mut targets = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
            targets.find(|target| target.as_os_str() == socket.as_str())
        };
        let mut nodes = running.iter();
        let (node, _) = nodes.find(|(_, pid)| has_it(**pid).is_some())?;
        Some(*node)
    }
}

/// What a process takes up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Footprint {
    pub(crate) files: usize,
    pub(crate) resident_kib: u64,
}

/// A node.
pub(crate) struct Node {
    pub(crate) number: usize,
    pub(crate) base: String,
    pub(crate) program: Program,
    /// Its line to the database, if that is a server.
    pub(crate) database: Option<Arc<Proxy>>,
    pub(crate) redis: Arc<Proxy>,
    processes: Arc<Processes>,
    process: Mutex<Option<Running>>,
    /// What it took up right after its latest start.
    fresh: StdMutex<Option<Footprint>>,
    client: Client,
}

/// Where a node's lines lead.
pub(crate) struct Servers {
    pub(crate) redis: String,
    /// `address:port`, and the URL with `ADDRESS` in its place.
    pub(crate) database: Option<(String, String)>,
}

impl Node {
    /// A node that is not started yet.
    pub(crate) async fn new(
        number: usize,
        listen: &str,
        servers: &Servers,
        processes: &Arc<Processes>,
        program: Program,
    ) -> Result<Self> {
        let heard = Arc::clone(processes);
        let ear: Ear = Arc::new(move |sent| heard.hear(number, sent.bytes));
        let redis = Proxy::heard_by(vec![servers.redis.clone()], ear).await?;
        let redis_url = format!("redis://{}/", redis.address());
        let mut program = program.set("LISTEN", listen).set("REDIS_URL", redis_url);
        let mut database = None;
        if let Some((address, url)) = &servers.database {
            let proxy = Proxy::to(address).await?;
            program = program.set("DATABASE_URL", url.replace("ADDRESS", &proxy.address()));
            database = Some(Arc::new(proxy));
        }
        Ok(Self {
            number,
            base: format!("http://{listen}"),
            program,
            database,
            redis: Arc::new(redis),
            processes: Arc::clone(processes),
            process: Mutex::default(),
            fresh: StdMutex::default(),
            client: http::client()?,
        })
    }

    /// Starts it, again and again until it is ready.
    pub(crate) async fn start(&self, chronicle: &Chronicle) -> Result<()> {
        let mut process = self.process.lock().await;
        let began = Instant::now();
        for tried in 1.. {
            match self.program.start(async || Ok(self.is_ready().await)).await {
                Ok((running, ())) => {
                    self.processes.runs(self.number, running.pid());
                    let fresh = footprint(running.pid())?;
                    *self.fresh.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
                    *process = Some(running);
                    let took = began.elapsed().as_secs_f64();
                    let text = format!("node {} is ready after {took:.1} s", self.number);
                    chronicle.note(About::Everyone, text);
                    return Ok(());
                }
                Err(error) if tried == START_TRIES => {
                    return Err(error.context(format!("node {} does not start", self.number)));
                }
                Err(_) => {
                    let text = format!("node {} does not start, try {tried}", self.number);
                    chronicle.note(About::Everyone, text);
                    tokio::time::sleep(TRY_AGAIN).await;
                }
            }
        }
        unreachable!("the last try returns")
    }

    async fn is_ready(&self) -> Option<()> {
        let probe = format!("{}/readyz", self.base);
        let asked = self.client.get(probe).timeout(Duration::from_secs(3));
        let answer = asked.send().await.ok()?;
        answer.status().is_success().then_some(())
    }

    /// Ends it: `TERM`, or `KILL` at once.
    pub(crate) async fn stop(&self, signal: &str) -> Result<Duration> {
        let running = self.process.lock().await.take();
        let mut running = running.context("it does not run")?;
        let began = Instant::now();
        let ended = running.stop(signal, STOP_WITHIN).await?;
        ended.with_context(|| format!("node {} is still there", self.number))?;
        Ok(began.elapsed())
    }

    /// Sends a signal to it: `STOP`, `CONT`.
    pub(crate) async fn signal(&self, name: &str) -> Result<()> {
        let process = self.process.lock().await;
        process.as_ref().context("it does not run")?.signal(name)
    }

    /// How it ended, if it did so by itself.
    pub(crate) async fn fell_over(&self) -> Option<String> {
        let mut process = self.process.lock().await;
        let status = process.as_mut()?.ended(Duration::ZERO).await.ok()??;
        *process = None;
        Some(status.to_string())
    }

    /// What it takes up now, and what it took up when it was fresh.
    pub(crate) async fn footprints(&self) -> Result<(Footprint, Footprint)> {
        let process = self.process.lock().await;
        let now = footprint(process.as_ref().context("it does not run")?.pid())?;
        let fresh = *self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((fresh.context("it was never started")?, now))
    }
}

fn footprint(pid: u32) -> Result<Footprint> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let resident = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(Footprint {
        files: std::fs::read_dir(format!("/proc/{pid}/fd"))?.count(),
        resident_kib: resident.context("no figure")?.parse()?,
    })
}

#[test]
fn a_node_is_known_by_the_lease_that_it_takes() {
    let processes = Processes::default();
    let says = |key: &str, what: &str| format!("$1\r\n1\r\n$34\r\n{key}\r\n$4\r\n{what}\r\n");
    let takes = says("sesame:lease:node:0123456789abcdef", "take");
    processes.hear(2, takes.as_bytes());
    let looks = says("sesame:lease:node:fedcba9876543210", "look");
    processes.hear(1, looks.as_bytes());
    assert_eq!(processes.named("0123456789abcdef"), Some(2));
    assert_eq!(processes.named("fedcba9876543210"), None);
}
