//! Redis for tests.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::task::spawn_blocking;

use crate::server::{Launch, Server, free_port, run};

/// What docs/OPERATIONS.md has the user given, from its name on.
pub const RIGHTS: &str = "on >hunter2 ~sesame:* &sesame:* +ping +unwatch +set +get +pexpire +del \
    +evalsha +script|load +time +lindex +llen +lpop +rpop +rpush +publish +subscribe +unsubscribe";

/// A Redis server of one test's own: it can be stopped and started again.
#[derive(Debug)]
pub struct Redis {
    port: u16,
    settings: Vec<String>,
    server: Option<Server>,
}

impl Redis {
    /// Starts a server. It writes nothing to disk by itself; what it holds can
    /// be written out with [`Redis::dump`].
    ///
    /// # Errors
    /// When Redis is not installed or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(&[]).await
    }

    /// The same, with arguments more.
    ///
    /// # Errors
    /// When Redis is not installed or does not start.
    pub async fn start_with(settings: &[&str]) -> anyhow::Result<Self> {
        let mut redis = Self {
            port: free_port()?,
            settings: settings.iter().map(|it| (*it).to_owned()).collect(),
            server: None,
        };
        redis.start_again().await?;
        Ok(redis)
    }

    /// The URL of a server that tests share, each with keys of its own: that
    /// of `SESAME_TEST_REDIS_URL`, if the test run has one.
    pub fn shared_url() -> Option<String> {
        std::env::var("SESAME_TEST_REDIS_URL").ok()
    }

    /// The URL to connect to it.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// The port that it listens at.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Has the server do what someone with all rights over it might.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn execute(&self, words: &[&str]) -> anyhow::Result<()> {
        let mut cli = Command::new("redis-cli");
        cli.args(["-e", "-p", &self.port.to_string()]).args(words);
        spawn_blocking(move || run(&mut cli)).await?
    }

    /// Gives the user `ann` these rights and no others, as `ACL SETUSER` takes them.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn set_user(&self, rights: &str) -> anyhow::Result<()> {
        let mut words = vec!["ACL", "SETUSER", "ann", "reset"];
        words.extend(rights.split_whitespace());
        self.execute(&words).await
    }

    /// Has the server do something; what it answers, a line for each element.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn ask(&self, words: &[&str]) -> anyhow::Result<String> {
        let mut cli = Command::new("redis-cli");
        cli.args(["-e", "-p", &self.port.to_string()]).args(words);
        let output = spawn_blocking(move || cli.output()).await??;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// The keys that it holds, of those that match a pattern.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn keys(&self, pattern: &str) -> anyhow::Result<Vec<String>> {
        let said = self.ask(&["KEYS", pattern]).await?;
        Ok(said.lines().map(str::to_owned).collect())
    }

    /// Kills the server, with all that it holds.
    ///
    /// # Errors
    /// When the wait for its end fails.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        let server = self.server.take();
        spawn_blocking(move || drop(server)).await?;
        Ok(())
    }

    /// Freezes it: connections stay, and nothing answers.
    ///
    /// # Errors
    /// When it is stopped.
    pub fn freeze(&mut self) -> anyhow::Result<()> {
        let server = self.server.as_mut().context("Redis is stopped")?;
        server.tell("freeze")
    }

    /// Has it go on after it was frozen.
    ///
    /// # Errors
    /// When it is stopped.
    pub fn thaw(&mut self) -> anyhow::Result<()> {
        let server = self.server.as_mut().context("Redis is stopped")?;
        server.tell("thaw")
    }

    /// Starts the server again, empty, on the same port.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        self.serve(None).await
    }

    /// The same, with what [`Redis::dump`] wrote, of which there is a copy here.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_from(&mut self, copy: &Path) -> anyhow::Result<()> {
        self.serve(Some(copy.to_owned())).await
    }

    async fn serve(&mut self, copy: Option<PathBuf>) -> anyhow::Result<()> {
        self.kill().await?;
        let (port, settings) = (self.port, self.settings.clone());
        let serving = spawn_blocking(move || serve(port, &settings, copy.as_deref()));
        self.server = Some(serving.await??);
        Ok(())
    }

    /// Writes all that the server holds to a file.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn dump(&self) -> anyhow::Result<PathBuf> {
        let port = self.port;
        spawn_blocking(move || {
            let mut save = Command::new("redis-cli");
            save.args(["-e", "-p", &port.to_string(), "SAVE"]);
            run(&mut save)
        })
        .await??;
        let server = self.server.as_ref().context("Redis is stopped")?;
        let file = server.folder().join("dump.rdb");
        if !file.is_file() {
            bail!("Redis wrote no dump");
        }
        Ok(file)
    }
}

fn serve(port: u16, settings: &[String], copy: Option<&Path>) -> anyhow::Result<Server> {
    let folder = tempfile::Builder::new().prefix("sesame-redis-").tempdir()?;
    if let Some(copy) = copy {
        std::fs::copy(copy, folder.path().join("dump.rdb"))?;
    }
    // From here on, the server's supervisor removes the folder.
    let folder = folder.keep();
    let command = [
        "redis-server",
        "--port",
        &port.to_string(),
        "--bind",
        "127.0.0.1",
        // Where the machine has it.
        "-::1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        &folder.display().to_string(),
    ]
    .map(str::to_owned);
    let command: Vec<_> = command
        .into_iter()
        .chain(settings.iter().cloned())
        .collect();
    let mut server = Server::start(&Launch {
        folder: &folder,
        signal: "KILL",
        command: &command,
    })
    .context("start Redis")?;
    server.wait_until(|| answers(port).is_ok())?;
    Ok(server)
}

fn answers(port: u16) -> anyhow::Result<()> {
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    connection.set_read_timeout(Some(Duration::from_secs(2)))?;
    connection.write_all(b"PING\r\n")?;
    let mut answer = [0; 5];
    connection.read_exact(&mut answer)?;
    if &answer != b"+PONG" {
        bail!("an odd answer");
    }
    Ok(())
}
