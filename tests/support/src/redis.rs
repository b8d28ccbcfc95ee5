//! Redis for tests.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::server::{Launch, Server, free_port, run};

/// A Redis server of one test's own: it can be stopped and started again.
#[derive(Debug)]
pub struct Redis {
    // Ends before its folder goes.
    server: Option<Server>,
    port: u16,
    folder: TempDir,
}

impl Redis {
    /// Starts a server. It writes nothing to disk by itself; what it holds can
    /// be written out with [`Redis::dump`].
    ///
    /// # Errors
    /// When Redis is not installed or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let mut redis = Self {
            port: free_port()?,
            folder: tempfile::Builder::new().prefix("sesame-redis-").tempdir()?,
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

    /// Kills the server, with all that it holds.
    ///
    /// # Errors
    /// When the wait for its end fails.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        let server = self.server.take();
        spawn_blocking(move || drop(server)).await?;
        Ok(())
    }

    /// Starts the server again, empty, on the same port.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        self.kill().await?;
        let (port, folder) = (self.port, self.folder.path().to_owned());
        self.server = Some(spawn_blocking(move || serve(port, &folder)).await??);
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
        let file = self.folder.path().join("dump.rdb");
        if !file.is_file() {
            bail!("Redis wrote no dump");
        }
        Ok(file)
    }
}

fn serve(port: u16, folder: &Path) -> anyhow::Result<Server> {
    let command = [
        "redis-server",
        "--port",
        &port.to_string(),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        &folder.display().to_string(),
    ]
    .map(str::to_owned);
    // A dump is for looking at, not for starting with.
    drop(std::fs::remove_file(folder.join("dump.rdb")));
    let mut server = Server::start(&Launch {
        folder,
        signal: "KILL",
        remove_folder: false,
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
