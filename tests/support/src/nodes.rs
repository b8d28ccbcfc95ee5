//! Several nodes over one PostgreSQL and one Redis.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::http;
use crate::miniapp::MiniApp;
use crate::postgres::Postgres;
use crate::redis::Redis;
use crate::sesame::{Program, Running};
use crate::test_server::{TestServer, free_port};
use crate::wait::poll;

/// How long a node may take to stop.
const SOON: Duration = Duration::from_secs(20);

/// One of several nodes.
#[derive(Debug)]
pub struct Node {
    program: Program,
    base: String,
    running: Option<Running>,
}

impl Node {
    async fn start(&mut self) -> Result<()> {
        let client = http::client()?;
        let probe = format!("{}/readyz", self.base);
        let ready = async || {
            let answer = client.get(&probe).send().await;
            Ok(answer
                .is_ok_and(|it| it.status().is_success())
                .then_some(()))
        };
        let (running, ()) = self.program.start(ready).await?;
        self.running = Some(running);
        Ok(())
    }

    fn running(&mut self) -> Result<&mut Running> {
        self.running.as_mut().context("the node does not run")
    }

    /// Sends a signal: `STOP`, `CONT`.
    ///
    /// # Errors
    /// If it does not run.
    pub fn signal(&mut self, signal: &str) -> Result<()> {
        self.running()?.signal(signal)
    }

    /// Ends it: `TERM` or `KILL`.
    ///
    /// # Errors
    /// If it does not end.
    pub async fn stop(&mut self, signal: &str) -> Result<()> {
        let mut running = self.running.take().context("the node does not run")?;
        let status = running.stop(signal, SOON).await?;
        status.context("still there")?;
        Ok(())
    }

    /// Ends it in order and starts it again.
    ///
    /// # Errors
    /// If it does not come to that.
    pub async fn restart(&mut self) -> Result<()> {
        self.stop("TERM").await?;
        self.start().await
    }

    /// Starts it again.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start_again(&mut self) -> Result<()> {
        self.start().await
    }

    /// Everything that it printed.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn log(&self) -> Result<String> {
        Ok(std::fs::read_to_string(self.program.log())?)
    }

    /// A person's app, served by this node.
    pub fn app(&self, app: &MiniApp) -> MiniApp {
        app.at(&self.base)
    }
}

/// Nodes over one PostgreSQL and one Redis, beside a sandbox. The first one is
/// where the bot's button leads.
#[derive(Debug)]
pub struct Nodes {
    /// The sandbox, the people there, and how a node is started.
    pub server: TestServer,
    /// All nodes.
    pub all: Vec<Node>,
    /// What coordinates them.
    pub redis: Redis,
}

impl Nodes {
    /// So many nodes, perhaps with other settings.
    ///
    /// # Errors
    /// If one of them does not start.
    pub async fn start(
        binary: &'static str,
        count: usize,
        settings: impl FnOnce(Program) -> Program,
    ) -> Result<Self> {
        let database = Postgres::shared().await?.create_database().await?;
        let redis = Redis::start().await?;
        let stores = |sesame: Program| {
            settings(sesame)
                .set("DATABASE_URL", &database)
                .set("REDIS_URL", redis.url())
        };
        let mut server = TestServer::open_with(binary, |sandbox| sandbox, stores).await?;
        // Its place is taken by the first of the nodes.
        server.stop("TERM").await?;
        let mut all = Vec::new();
        for number in 0..count {
            let base = match number {
                0 => server.base().to_owned(),
                _ => format!("http://127.0.0.1:{}", free_port()?),
            };
            let program = server
                .program
                .renamed(&format!("node-{number}"))
                .set("LISTEN", base.trim_start_matches("http://"));
            let mut node = Node {
                program,
                base,
                running: None,
            };
            node.start().await?;
            all.push(node);
        }
        Ok(Self { server, all, redis })
    }

    /// Waits until another node than this one says a line that has all of this.
    ///
    /// # Errors
    /// If none does in time.
    pub async fn another_says(&self, than: usize, words: &[&str], within: Duration) -> Result<()> {
        let said = poll(within, async || {
            let mut others = self.all.iter().enumerate().filter(|(n, _)| *n != than);
            let says = |log: String| {
                let mut lines = log.lines();
                lines.any(|line| words.iter().all(|word| line.contains(word)))
            };
            others
                .any(|(_, node)| node.log().is_ok_and(says))
                .then_some(())
        });
        said.await
            .with_context(|| format!("no node says {words:?}"))
    }
}
