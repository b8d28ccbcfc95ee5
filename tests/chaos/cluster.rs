//! All that a run stands on: three nodes, the stores, Telegram, and lines
//! between them that can break.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use sesame_domain::ids::{LoginId, TenantId};
use sesame_domain::login::Login;
use sesame_domain::ports::Logins as _;
use sesame_domain::time::{Clock as _, SystemClock};
use sesame_store::{Database, DatabaseSettings};
use sesame_test_support::disk::SmallDisk;
use sesame_test_support::phone::Phones;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::proxy::{Ear, Proxy};
use sesame_test_support::ready::Ready;
use sesame_test_support::redis::Redis;
use sesame_test_support::sesame::{Program, Running};
use sesame_test_support::test_server::Site;
use tokio::sync::Mutex;

use crate::chronicle::Chronicle;
use crate::fault::Stores;
use crate::nodes::{Node, Processes, Servers};
use crate::plan::NODES;
use crate::telegram::Telegram;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// How long a login may take.
pub(crate) const LOGIN_LIFE: Duration = Duration::from_secs(90);
/// How long a code can be scanned.
pub(crate) const TOKEN_LIFE: Duration = Duration::from_secs(10);
/// Room for the database and its log.
const DISK_MEBIBYTES: u32 = 256;
/// Servers of tests are faster than they are safe; this one will crash.
const KEEP_COMMITTED: &str = "ALTER ROLE sesame SET synchronous_commit = on";
/// The way to the database's server, so that what is written takes a moment.
pub(crate) const DATABASE_DISTANCE: Duration = Duration::from_millis(1);

/// The one that nodes have whom no one tells another.
pub(crate) fn tenant() -> TenantId {
    "default".parse().expect("a tenant")
}

/// All that a run stands on. Fields end in this order.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Node>,
    pub(crate) processes: Arc<Processes>,
    pub(crate) chronicle: Arc<Chronicle>,
    pub(crate) phones: Phones,
    pub(crate) telegram: Telegram,
    /// The database, past the lines that break.
    pub(crate) database: Database,
    pub(crate) postgres: Option<Mutex<Postgres>>,
    /// The URL of its database.
    pub(crate) postgres_url: Option<String>,
    pub(crate) redis: Mutex<Redis>,
    pub(crate) disk: Option<SmallDisk>,
    /// The file with the database, if it is one.
    pub(crate) file: Option<PathBuf>,
    client: reqwest::Client,
    /// Held for its end.
    _site: Site,
    /// Held for its end.
    _sandbox: (Site, Running),
    _entrance: Proxy,
}

impl Cluster {
    /// Starts everything.
    pub(crate) async fn start(stores: Stores) -> Result<Self> {
        let town = Site::new(BINARY)?;
        let program = town.sandbox().arg("--telegram-only");
        let program = program
            .arg("--token-life")
            .arg(TOKEN_LIFE.as_secs().to_string());
        let (sandbox, ready) = town.start_sandbox(&program).await?;
        let processes = Arc::<Processes>::default();
        let telegram = Telegram::before(&ready, &processes).await?;

        let site = Site::new(BINARY)?;
        // Without the right to mount, no disk is ever full.
        let disk = SmallDisk::mount(DISK_MEBIBYTES).ok();
        let data = match (stores, &disk) {
            (Stores::SqliteAndRedis, Some(disk)) => disk.path().join("data"),
            (Stores::SqliteAndRedis, None) | (Stores::PostgresAndRedis, _) => site.data(),
        };
        let redis = Redis::start_with(&["--enable-debug-command", "yes"]).await?;
        let postgres = match stores {
            Stores::PostgresAndRedis => Some(match &disk {
                Some(disk) => Postgres::start_on(disk).await?,
                None => Postgres::start().await?,
            }),
            Stores::SqliteAndRedis => None,
        };
        let mut postgres_url = None;
        if let Some(postgres) = &postgres {
            let url = postgres.create_database().await?;
            postgres.execute(&url, KEEP_COMMITTED).await?;
            postgres_url = Some(url);
        }
        let servers = Servers {
            redis: format!("127.0.0.1:{}", redis.port()),
            database: postgres_url.as_deref().map(with_address).transpose()?,
        };

        let listens: Vec<_> = (0..NODES).map(|_| free_address()).collect::<Result<_>>()?;
        let nobody: Ear = Arc::new(|_| {});
        let entrance = Proxy::heard_by(listens.clone(), nobody).await?;
        let public = format!("http://{}", entrance.address());
        let mut nodes = Vec::new();
        for (number, listen) in listens.iter().enumerate() {
            let program = Program::new(BINARY, site.folder(), &format!("node-{number}"));
            let program = settings(program, &ready, &telegram, &public)
                .set("DATA_DIR", data.display().to_string());
            nodes.push(Node::new(number, listen, &servers, &processes, program).await?);
        }
        let chronicle = Arc::new(Chronicle::begin());
        for node in &nodes {
            // One after another: the first one makes schema and keys.
            node.start(&chronicle).await?;
            if let Some(line) = &node.database {
                line.delay(DATABASE_DISTANCE);
            }
        }
        let file = postgres.is_none().then(|| data.join("sesame.db"));
        let address = match (&file, &postgres_url) {
            (Some(file), _) => DatabaseSettings::file(file),
            (None, Some(url)) => DatabaseSettings::new(url.as_str().into()),
            (None, None) => anyhow::bail!("no database"),
        };
        Ok(Self {
            nodes,
            processes,
            chronicle,
            phones: Phones::of(&ready)?,
            telegram,
            database: Database::connect(&address).await?,
            postgres: postgres.map(Mutex::new),
            postgres_url,
            redis: Mutex::new(redis),
            disk,
            file,
            client: sesame_test_support::http::client()?,
            _site: site,
            _sandbox: (town, sandbox),
            _entrance: entrance,
        })
    }

    /// Puts the nodes' logs, and all that happened, where they stay.
    pub(crate) fn keep_logs(&self) -> PathBuf {
        let kept = tempfile::Builder::new().prefix("sesame-chaos-").tempdir();
        let kept = kept.expect("a folder").keep();
        for node in &self.nodes {
            let log = node.program.log();
            let name = log.file_name().expect("a name");
            std::fs::copy(log, kept.join(name)).expect("a copy");
        }
        std::fs::write(kept.join("chronicle.txt"), self.chronicle.whole()).expect("a file");
        kept
    }

    /// What a node says at an address.
    pub(crate) async fn get(&self, url: &str) -> Result<String> {
        let asked = self.client.get(url).timeout(Duration::from_secs(5));
        Ok(asked.send().await?.text().await?)
    }

    /// A login as it stands in the database; `None`: it cannot be asked now.
    pub(crate) async fn login(&self, id: LoginId) -> Option<Login> {
        self.database.logins().find(id).await.ok()?
    }

    /// By which name the node goes that has a login, of all logins that are not
    /// over or not cleaned up; `None`: it cannot be asked now.
    pub(crate) async fn drivers(&self) -> Option<HashMap<LoginId, Option<String>>> {
        let all = self
            .database
            .logins()
            .unattended(&tenant(), SystemClock.now(), 100_000)
            .await;
        let named = all.ok()?.into_iter().map(|found| {
            let name = found.node.map(|node| node.as_str().to_owned());
            (found.login, name)
        });
        Some(named.collect())
    }
}

fn settings(program: Program, ready: &Ready, telegram: &Telegram, public: &str) -> Program {
    program
        .arg("serve")
        .set("PUBLIC_URL", public)
        .set("WEBHOOK_SECRET", "chaos-chaos-chaos-chaos")
        .set("BOT_TOKEN", &ready.bot_token)
        .set("BOT_API_URL", ready.bot_api.as_str())
        .set("API_ID", ready.api_id.to_string())
        .set("API_HASH", &ready.api_hash)
        .set("TELEGRAM_SANDBOX", &telegram.control)
        .set("QR_TTL_SECONDS", LOGIN_LIFE.as_secs().to_string())
        .set("LOG", "info")
}

/// A database's address, and its URL with `ADDRESS` in its place.
fn with_address(url: &str) -> Result<(String, String)> {
    let parsed: reqwest::Url = url.parse()?;
    let (host, port) = (parsed.host_str(), parsed.port());
    let address = format!("{}:{}", host.context("no host")?, port.context("no port")?);
    let with = url.replace(&address, "ADDRESS");
    Ok((address, with))
}

/// An address where nobody listens now.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
