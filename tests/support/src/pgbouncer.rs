//! A pooler in front of PostgreSQL for tests.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use reqwest::Url;
use tokio::task::spawn_blocking;

use crate::postgres::{UNPRIVILEGED, as_unprivileged, is_root};
use crate::server::{Launch, Server, free_port, run};

/// A pgbouncer in front of a server, for one database and one user: `pooled`
/// with the password `right`.
#[derive(Debug)]
pub struct PgBouncer {
    url: Url,
    _server: Server,
}

impl PgBouncer {
    /// Starts one in front of the database that a URL names, with this
    /// `pool_mode` and these settings more.
    ///
    /// # Errors
    /// When pgbouncer is not installed or does not start.
    pub async fn start(database: &str, pool_mode: &str, extra: &[&str]) -> anyhow::Result<Self> {
        let database: Url = database.parse()?;
        let mut settings = format!("pool_mode = {pool_mode}\n");
        for line in extra {
            writeln!(settings, "{line}")?;
        }
        spawn_blocking(move || start(&database, &settings)).await?
    }

    /// The URL to connect to the database through it.
    pub fn url(&self) -> String {
        self.url.to_string()
    }

    /// The same with something changed.
    ///
    /// # Errors
    /// When it is no URL then.
    pub fn url_with(&self, from: &str, to: &str) -> anyhow::Result<String> {
        let url = self.url().replace(from, to);
        if url == self.url() {
            return Err(anyhow!("{from} is not in the URL"));
        }
        Ok(url)
    }
}

fn start(database: &Url, settings: &str) -> anyhow::Result<PgBouncer> {
    let folder = tempfile::Builder::new()
        .prefix("sesame-pgbouncer-")
        .tempdir()?;
    let port = free_port()?;
    let name = database.path().trim_start_matches('/');
    let host = database.host_str().context("a host")?;
    let its_port = database.port().unwrap_or(5432);
    let user = database.username();
    let users = folder.path().join("users.txt");
    std::fs::write(&users, "\"pooled\" \"right\"\n")?;
    let configuration = folder.path().join("pgbouncer.ini");
    std::fs::write(
        &configuration,
        format!(
            "[databases]\n{name} = host={host} port={its_port} user={user}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = md5\nauth_file = {}\nmax_client_conn = 200\n{settings}",
            users.display()
        ),
    )?;
    if is_root()? {
        run(std::process::Command::new("chown")
            .arg("-R")
            .arg(UNPRIVILEGED)
            .arg(folder.path()))?;
    }
    let mut command = as_unprivileged()?;
    command.push(program()?.display().to_string());
    command.push(configuration.display().to_string());
    // From here on, the server's supervisor removes the folder.
    let folder = folder.keep();
    let mut server = Server::start(&Launch {
        folder: &folder,
        signal: "TERM",
        command: &command,
    })?;
    server.wait_until(|| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok())?;
    Ok(PgBouncer {
        url: format!("postgres://pooled:right@127.0.0.1:{port}/{name}").parse()?,
        _server: server,
    })
}

fn program() -> anyhow::Result<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    // Debian's place for it, which users' paths do not have.
    folders.push("/usr/sbin".into());
    folders
        .into_iter()
        .map(|folder| folder.join("pgbouncer"))
        .find(|program| program.is_file())
        .ok_or_else(|| anyhow!("pgbouncer is not installed"))
}
