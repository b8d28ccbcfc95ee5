//! Sesame beside a sandbox, each in a process of its own, and its guests.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use tempfile::TempDir;

pub use crate::guest::{Guest, OPEN_BUTTON, by_button};
use crate::http;
use crate::miniapp::MiniApp;
use crate::other_bot::OtherBot;
use crate::phone::{Authorization, Person, Phones};
use crate::ready::Ready;
use crate::sesame::{Program, Running};
use crate::wait::poll;

/// How long stopping may take, with a margin for a busy machine.
pub const STOP_WITHIN: Duration = Duration::from_secs(15);

/// How long what is left of a login may stay at Telegram: as long as a token
/// that was on show can still be scanned, and a little.
pub const CLEAN_UP_WITHIN: Duration = Duration::from_secs(45);

/// A folder under the system's temporary one, and the program to run in it.
#[derive(Debug)]
pub struct Site {
    binary: &'static str,
    folder: TempDir,
}

impl Site {
    /// A fresh one for `env!("CARGO_BIN_EXE_sesame")`.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn new(binary: &'static str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self { binary, folder })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `sesame sandbox`, on any free port.
    pub fn sandbox(&self) -> Program {
        Program::new(self.binary, self.folder(), "sandbox")
            .arg("sandbox")
            .args(["--listen", "127.0.0.1:0"])
            .arg("--data")
            .arg(self.sandbox_data().display().to_string())
            .arg("--ready-file")
            .arg(self.ready_file().display().to_string())
    }

    /// Starts what [`Site::sandbox`] describes, perhaps with more arguments.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start_sandbox(&self, program: &Program) -> Result<(Running, Ready)> {
        let file = self.ready_file();
        if file.exists() {
            std::fs::remove_file(&file)?;
        }
        program.start(async || Ready::read(&file)).await
    }

    /// Where the sandbox keeps its data.
    pub fn sandbox_data(&self) -> PathBuf {
        self.folder().join("sandbox")
    }

    fn ready_file(&self) -> PathBuf {
        self.folder().join("ready.json")
    }

    /// Where Sesame keeps its data.
    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }
}

/// Sesame beside a sandbox.
#[derive(Debug)]
pub struct TestServer {
    /// Where Sesame lives.
    pub site: Site,
    /// The sandbox's ready file.
    pub ready: Ready,
    /// The phones of the people there.
    pub phones: Phones,
    /// How Sesame is started.
    pub program: Program,
    sesame: Option<Running>,
    base: String,
    client: Client,
    /// Held for its end: the sandbox is ended with it, if it is ours.
    sandbox: Option<(Site, Running)>,
}

impl TestServer {
    /// Starts both with the usual settings.
    ///
    /// # Errors
    /// If one of them does not start.
    pub async fn open(binary: &'static str) -> Result<Self> {
        Self::open_with(binary, |sandbox| sandbox, |sesame| sesame).await
    }

    /// Starts both with other settings or arguments.
    ///
    /// # Errors
    /// If one of them does not start.
    pub async fn open_with(
        binary: &'static str,
        sandbox: impl FnOnce(Program) -> Program,
        sesame: impl FnOnce(Program) -> Program,
    ) -> Result<Self> {
        let site = Site::new(binary)?;
        let program = sandbox(site.sandbox().arg("--telegram-only"));
        let (running, ready) = site.start_sandbox(&program).await?;
        let mut server = Self::beside(binary, ready, sesame).await?;
        server.sandbox = Some((site, running));
        Ok(server)
    }

    /// Starts Sesame beside a sandbox that runs already.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn beside(
        binary: &'static str,
        ready: Ready,
        sesame: impl FnOnce(Program) -> Program,
    ) -> Result<Self> {
        let site = Site::new(binary)?;
        let base = format!("http://127.0.0.1:{}", free_port()?);
        let program = sesame(serve(&site, binary, &ready, &base));
        let mut server = Self {
            phones: Phones::of(&ready)?,
            site,
            ready,
            program,
            sesame: None,
            base,
            client: http::client()?,
            sandbox: None,
        };
        server.start().await?;
        Ok(server)
    }

    /// What the ready file of the sandbox said.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Starts Sesame (again).
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start(&mut self) -> Result<()> {
        let probe = format!("{}/readyz", self.base);
        let ready = async || {
            let answer = self.client.get(&probe).send().await;
            let ready = answer.is_ok_and(|answer| answer.status().is_success());
            Ok(ready.then_some(()))
        };
        let (running, ()) = self.program.start(ready).await?;
        self.sesame = Some(running);
        Ok(())
    }

    /// Ends Sesame with a signal: `TERM`, `INT` or `KILL`.
    ///
    /// # Errors
    /// If it does not end in time, or a polite end is not answered with
    /// success.
    pub async fn stop(&mut self, signal: &str) -> Result<()> {
        let mut sesame = self.sesame.take().context("Sesame does not run")?;
        let status = sesame.stop(signal, STOP_WITHIN).await?;
        let status = status.with_context(|| format!("still there after {STOP_WITHIN:?}"))?;
        ensure!(signal == "KILL" || status.success(), "it ended: {status}");
        Ok(())
    }

    /// Where Sesame itself listens: `http://address:port`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The process id of Sesame.
    ///
    /// # Errors
    /// If it does not run.
    pub fn pid(&self) -> Result<u32> {
        let sesame = self.sesame.as_ref().context("Sesame does not run")?;
        Ok(sesame.pid())
    }

    /// Everything that Sesame printed.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn log(&self) -> Result<String> {
        Ok(std::fs::read_to_string(self.program.log())?)
    }

    /// Someone new, who has greeted the bot and opened the Mini App.
    ///
    /// # Errors
    /// If the sandbox or the bot does not play along.
    pub async fn guest(&self, home_dc: i32) -> Result<Guest> {
        Guest::of(&self.phones, home_dc).await
    }

    /// Another bot, made in the sandbox. Sesame does not know of it.
    ///
    /// # Errors
    /// If the sandbox refuses: the public name must be free and end in `bot`.
    pub async fn make_bot(&self, username: &str) -> Result<OtherBot> {
        OtherBot::make(&self.phones, username).await
    }

    /// Someone new whose account is linked: without a cloud password.
    ///
    /// # Errors
    /// If it does not come to that.
    pub async fn linked(&self, home_dc: i32) -> Result<Guest> {
        let guest = self.guest(home_dc).await?;
        guest.link(&self.phones).await?;
        Ok(guest)
    }

    /// A guest unlinks in the chat. Logging out at Telegram takes the session
    /// itself: it opens, or this fails.
    ///
    /// # Errors
    /// If it does not come to that.
    pub async fn unlink(&self, guest: &Guest) -> Result<()> {
        let person = guest.person.id;
        self.phones.say(person, "/unlink").await?;
        self.phones.hears(person, "Unlink Ada?").await?;
        self.phones.press(person, "Unlink").await?;
        self.phones.hears(person, "is unlinked").await?;
        self.no_device(person).await
    }

    /// The database, a file, is gone. Stop Sesame first.
    ///
    /// # Errors
    /// If there was none.
    pub fn lose_database(&self) -> Result<()> {
        let file = self.site.data().join("sesame.db");
        std::fs::remove_file(&file)?;
        for beside in ["sesame.db-wal", "sesame.db-shm"] {
            let file = file.with_file_name(beside);
            if file.exists() {
                std::fs::remove_file(file)?;
            }
        }
        Ok(())
    }

    /// Waits until a person has just so many devices.
    ///
    /// # Errors
    /// If it does not become so.
    pub async fn devices(&self, person: i64, count: usize) -> Result<Vec<Authorization>> {
        let mut last = Vec::new();
        let right = poll(CLEAN_UP_WITHIN, async || {
            last = self.phones.authorizations(person).await.ok()?;
            (last.len() == count).then_some(())
        });
        right
            .await
            .with_context(|| format!("not {count} devices but {last:?}"))?;
        Ok(last)
    }

    /// Waits until nothing of a person's logins is left at Telegram.
    ///
    /// # Errors
    /// If something stays.
    pub async fn no_device(&self, person: i64) -> Result<()> {
        self.devices(person, 0).await.map(|_| ())
    }

    /// Opens the Mini App (again), with fresh launch data.
    ///
    /// # Errors
    /// If there is no button that opens it.
    pub async fn reopen(&self, person: &Person) -> Result<MiniApp> {
        MiniApp::opened(&self.phones.open(person.id, by_button()).await?)
    }
}

/// `sesame serve` over a sandbox.
fn serve(site: &Site, binary: &str, ready: &Ready, base: &str) -> Program {
    let listen = base.trim_start_matches("http://");
    Program::new(binary, site.folder(), "serve")
        .arg("serve")
        .set("LISTEN", listen)
        .set("PUBLIC_URL", base)
        .set("DATA_DIR", site.data().display().to_string())
        .set("BOT_TOKEN", &ready.bot_token)
        .set("API_ID", ready.api_id.to_string())
        .set("API_HASH", &ready.api_hash)
        .set("TELEGRAM_SANDBOX", &ready.control)
        // Tests look far more often than people do; those of limits set them.
        .set("RATE_PERSON", "0")
        .set("RATE_PERSON_CRITICAL", "0")
        .set("RATE_PERSON_READS", "0")
        .set("RATE_BOT", "0")
        .set("LOG", "info")
}

/// A port that nobody uses now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
