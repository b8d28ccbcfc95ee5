//! PostgreSQL for tests.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, anyhow};
use reqwest::Url;
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

use crate::disk::SmallDisk;
use crate::server::{Launch, Server, free_port, run};
use crate::wait::poll;

/// The account that runs the server when the tests run as root, which
/// PostgreSQL refuses to run as.
pub(crate) const UNPRIVILEGED: &str = "postgres";

/// So that a server does not fill a small disk by itself.
const SMALL: &[&str] = &["min_wal_size=32MB", "max_wal_size=48MB"];

/// How long one that cannot write may take to recover by itself.
const RECOVERY: Duration = Duration::from_secs(10);
/// How long it may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(30);

static SHARED: OnceCell<Postgres> = OnceCell::const_new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A PostgreSQL server without durability: fast, and gone with the test process.
#[derive(Debug)]
pub struct Postgres {
    url: Url,
    psql: PathBuf,
    server: Option<Server>,
}

impl Postgres {
    /// The server that this process's tests share: that of
    /// `SESAME_TEST_POSTGRES_URL` if it is set, otherwise one of their own.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub async fn shared() -> anyhow::Result<&'static Self> {
        SHARED
            .get_or_try_init(|| async {
                match std::env::var("SESAME_TEST_POSTGRES_URL") {
                    Ok(url) => Self::running(&url),
                    Err(_) => Self::start().await,
                }
            })
            .await
    }

    /// Starts a server of one's own, which lets everyone in.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        spawn_blocking(|| start(&Wanted::default())).await?
    }

    /// Starts a server of one's own that has no more room than this disk; it
    /// takes 128 MiB and more.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub async fn start_on(disk: &SmallDisk) -> anyhow::Result<Self> {
        let wanted = Wanted {
            parent: disk.path().to_owned(),
            settings: SMALL,
            ..Wanted::default()
        };
        spawn_blocking(move || start(&wanted)).await?
    }

    /// Starts a server of one's own, which lets in whom these lines
    /// (`pg_hba.conf`) say; `sesame` is its superuser.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub async fn start_admitting(whom: &'static str) -> anyhow::Result<Self> {
        let wanted = Wanted {
            admitting: Some(whom),
            ..Wanted::default()
        };
        spawn_blocking(move || start(&wanted)).await?
    }

    /// The folder of its socket, if it is a server of one's own.
    pub fn sockets(&self) -> Option<&Path> {
        self.server.as_ref().map(Server::folder)
    }

    /// Creates an empty database; the URL to connect to it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn create_database(&self) -> anyhow::Result<String> {
        // No one is ever connected to it, so that many can copy it.
        self.copy("template0").await
    }

    /// Creates a database with all that is in this one, to which no one is connected
    /// any more; the URL to connect to it.
    ///
    /// # Errors
    /// When the server does not answer, or someone is.
    pub async fn copy_database(&self, original: &str) -> anyhow::Result<String> {
        let original: Url = original.parse()?;
        self.copy(original.path().trim_start_matches('/')).await
    }

    async fn copy(&self, original: &str) -> anyhow::Result<String> {
        let name = database_name()?;
        let mut url = self.url.clone();
        url.set_path(&name);
        let mut psql = self.psql();
        // Files are copied as they are: through the log, page by page, it takes five
        // times as much.
        psql.arg("--command").arg(format!(
            "CREATE DATABASE {name} TEMPLATE {original} STRATEGY FILE_COPY"
        ));
        spawn_blocking(move || run(&mut psql)).await??;
        Ok(url.into())
    }

    /// Has a database do what someone with all rights over it might.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn execute(&self, database: &str, sql: &str) -> anyhow::Result<()> {
        let mut psql = psql(&self.psql, database);
        psql.args(["--command", sql]);
        spawn_blocking(move || run(&mut psql)).await??;
        Ok(())
    }

    /// Ends the server, and all connections at once; what was committed stays.
    ///
    /// # Errors
    /// When it is not one of one's own, or does not end.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.tell("end", false).await
    }

    /// Ends it without a shutdown: what it held in memory is gone, and starting it
    /// again takes a recovery.
    ///
    /// # Errors
    /// When it is not one of one's own, or does not end.
    pub async fn crash(&mut self) -> anyhow::Result<()> {
        self.tell("crash", false).await
    }

    /// Starts it again, at the same port and with the same data.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        self.tell("begin", true).await
    }

    /// Starts it again if it gave up, as it does when it cannot write. One that
    /// recovers by itself is given time.
    ///
    /// # Errors
    /// When it is not one of one's own, or does not start.
    pub async fn is_up_again(&mut self) -> anyhow::Result<()> {
        let recovered = poll(RECOVERY, async || self.answers().await.then_some(()));
        if recovered.await.is_some() {
            return Ok(());
        }
        // Perhaps it still tries.
        self.crash().await?;
        self.start_again().await
    }

    /// Freezes all its processes: connections stay, and nothing answers.
    ///
    /// # Errors
    /// When it is not one of one's own, or goes on.
    pub async fn freeze(&mut self) -> anyhow::Result<()> {
        self.tell("freeze", false).await
    }

    /// Has it go on after it was frozen.
    ///
    /// # Errors
    /// When it does not.
    pub async fn thaw(&mut self) -> anyhow::Result<()> {
        self.tell("thaw", true).await
    }

    /// Has the server do something, and waits until it answers, or does not.
    async fn tell(&mut self, wish: &str, is_up: bool) -> anyhow::Result<()> {
        let server = self.server.as_mut();
        let server = server.context("a server that others use as well")?;
        server.tell(wish)?;
        let look = async || (self.answers().await == is_up).then_some(());
        let done = poll(PATIENCE, look).await;
        done.with_context(|| format!("PostgreSQL does not {wish}"))
    }

    /// Whether it answers now.
    async fn answers(&self) -> bool {
        let (psql, url) = (self.psql.clone(), self.url.to_string());
        let asked = spawn_blocking(move || answers(&psql, &url)).await;
        asked.is_ok_and(|it| it)
    }

    /// The URL of the server's own database, for administration.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    fn running(url: &str) -> anyhow::Result<Self> {
        Ok(Self {
            url: url.parse().context("SESAME_TEST_POSTGRES_URL")?,
            psql: binary("psql")?,
            server: None,
        })
    }

    fn psql(&self) -> Command {
        psql(&self.psql, self.url())
    }
}

fn psql(program: &Path, database: &str) -> Command {
    let mut psql = Command::new(program);
    psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"])
        .args(["--dbname", database]);
    psql
}

/// What kind of server is wanted.
struct Wanted {
    /// Where its folder is.
    parent: PathBuf,
    /// Settings more.
    settings: &'static [&'static str],
    /// Whom it lets in (`pg_hba.conf`), if not everyone.
    admitting: Option<&'static str>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            parent: std::env::temp_dir(),
            settings: &[],
            admitting: None,
        }
    }
}

fn start(wanted: &Wanted) -> anyhow::Result<Postgres> {
    let folder = tempfile::Builder::new()
        .prefix("sesame-pg-")
        .tempdir_in(&wanted.parent)?;
    if is_root()? {
        run(Command::new("chown").arg(UNPRIVILEGED).arg(folder.path()))?;
    }
    let data = folder.path().join("data");
    let mut initdb = command(&binary("initdb")?, &["--username=sesame", "--auth=trust"])?;
    initdb.extend(["--no-sync", "--encoding=UTF8", "--locale=C"].map(str::to_owned));
    initdb.push(format!("--pgdata={}", data.display()));
    run(shell(&initdb)?.current_dir(folder.path()))?;
    if let Some(lines) = wanted.admitting {
        std::fs::write(data.join("pg_hba.conf"), lines)?;
    }

    let port = free_port()?;
    // From here on, the server's supervisor removes the folder.
    let folder = folder.keep();
    let mut command = server_command(&data, &folder, port)?;
    let more = wanted.settings.iter().flat_map(|setting| ["-c", setting]);
    command.extend(more.map(str::to_owned));
    let mut server = Server::start(&Launch {
        folder: &folder,
        // Immediate shutdown: nothing here is worth a checkpoint.
        signal: "QUIT",
        command: &command,
    })?;
    let url = format!("postgres://sesame@127.0.0.1:{port}/postgres");
    let psql = binary("psql")?;
    server.wait_until(|| answers(&psql, &url))?;
    Ok(Postgres {
        url: url.parse()?,
        psql,
        server: Some(server),
    })
}

fn server_command(data: &Path, sockets: &Path, port: u16) -> anyhow::Result<Vec<String>> {
    let mut command = command(&binary("postgres")?, &[])?;
    command.extend([
        "-D".to_owned(),
        data.display().to_string(),
        "-p".to_owned(),
        port.to_string(),
    ]);
    for setting in [
        // The second one where the machine has it.
        "listen_addresses=127.0.0.1,::1".to_owned(),
        format!("unix_socket_directories={}", sockets.display()),
        "fsync=off".to_owned(),
        "full_page_writes=off".to_owned(),
        "synchronous_commit=off".to_owned(),
        "max_connections=500".to_owned(),
        "shared_buffers=32MB".to_owned(),
    ] {
        command.extend(["-c".to_owned(), setting]);
    }
    Ok(command)
}

fn answers(psql: &Path, url: &str) -> bool {
    let mut psql = Command::new(psql);
    psql.args(["--no-psqlrc", "--dbname", url, "--command", "SELECT 1"])
        .env("PGCONNECT_TIMEOUT", "2");
    run(&mut psql).is_ok()
}

/// The program with its arguments, as another user if this one is root.
fn command(program: &Path, arguments: &[&str]) -> anyhow::Result<Vec<String>> {
    let mut command = as_unprivileged()?;
    command.push(program.display().to_string());
    command.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    Ok(command)
}

/// What goes in front of a program that refuses to run as root.
pub(crate) fn as_unprivileged() -> anyhow::Result<Vec<String>> {
    let mut command = Vec::new();
    if is_root()? {
        // Unlike runuser, it becomes the program: signals reach the server.
        command.extend(
            ["setpriv", "--reuid", UNPRIVILEGED, "--regid", UNPRIVILEGED].map(str::to_owned),
        );
        command.extend(["--init-groups", "--"].map(str::to_owned));
    }
    Ok(command)
}

fn shell(command: &[String]) -> anyhow::Result<Command> {
    let (program, arguments) = command.split_first().context("an empty command")?;
    let mut command = Command::new(program);
    command.args(arguments);
    Ok(command)
}

/// The program in the newest installed version of PostgreSQL, or in the PATH.
fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let newest = installed
        .filter_map(Result::ok)
        .filter_map(|version| {
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            let program = version.path().join("bin").join(name);
            program.is_file().then_some((number, program))
        })
        .max();
    let in_path = || {
        std::env::split_paths(&std::env::var_os("PATH")?)
            .map(|folder| folder.join(name))
            .find(|program| program.is_file())
    };
    newest
        .map(|(_, program)| program)
        .or_else(in_path)
        .ok_or_else(|| anyhow!("PostgreSQL's {name} is not installed"))
}

pub(crate) fn is_root() -> anyhow::Result<bool> {
    Ok(std::fs::metadata("/proc/self")?.uid() == 0)
}

/// A name that no other test has, on a server that test processes share.
fn database_name() -> anyhow::Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    let process = std::process::id();
    let count = DATABASES.fetch_add(1, Ordering::Relaxed);
    Ok(format!("test_{process}_{count}_{now:x}"))
}
