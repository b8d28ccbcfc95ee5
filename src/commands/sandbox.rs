//! `sesame sandbox`: a local Telegram, and Sesame over it.

mod free_port;

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Client;
use sesame_sandbox::{Ready, Sandbox, SandboxOptions, StartError};
use tempfile::TempDir;

use self::free_port::at_free_port;
use super::banner;
use crate::args::SandboxArgs;
use crate::config::{Layers, Logs, Settings, StorageSettings};
use crate::failure::Failure;
use crate::node::{self, Sesame};
use crate::signals::Signals;
use crate::{telemetry, terminal};

/// How long everything may take to answer for the first time.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The file by which a sandbox keeps its folder for itself.
const LOCK: &str = "lock";

/// Who may open the operators' pages of a sandbox.
const OPERATOR: &str = "alice_sandbox";

/// The option that names where it listens.
const LISTEN: &str = "--listen";

/// Settings of a real deployment that must not reach into the sandbox.
const NOT_HERE: [&str; 18] = [
    "DATABASE_URL",
    "REDIS_URL",
    "KEY_PROVIDER",
    "KEY_FILE",
    "KEY_SECRET",
    "KEY_SECRET_FORMER",
    "KMS_KEY",
    "KMS_REGION",
    "KMS_ENDPOINT",
    "BACKUP_TO",
    "BACKUP_S3_ENDPOINT",
    "BACKUP_S3_REGION",
    "BACKUP_S3_ACCESS_KEY_ID",
    "BACKUP_S3_SECRET_ACCESS_KEY",
    "EXPORT_TO",
    "WEBHOOK_SECRET",
    "BOT_API_URL",
    "OPERATORS",
];

/// Runs the sandbox until told to stop.
pub(crate) async fn sandbox(
    layers: Layers,
    args: SandboxArgs,
    mut signals: Signals,
) -> Result<(), Failure> {
    let layers = quiet(layers.without(&NOT_HERE));
    telemetry::start_log(&logs(&layers)?)?;
    let place = Place::new(args.data.as_deref())?;
    signals.stop_in_order();
    let up = tokio::select! {
        up = Up::start(layers, &args, &place) => up?,
        _ = signals.asked() => return Ok(()),
    };
    up.answers().await?;
    if let Some(file) = &args.ready_file {
        write_ready(file, &up.ready)?;
    }
    terminal::say(&banner::sandbox(&up.ready))?;
    let ended = tokio::select! {
        _ = signals.asked() => Ok(()),
        failure = up.failed() => Err(failure),
    };
    up.stop().await;
    ended
}

/// People came for the banner, not for the log. What they would be told elsewhere,
/// they are told here, too.
fn quiet(mut layers: Layers) -> Layers {
    for (name, value) in [
        ("LOG", "warn"),
        ("CHECK_EVERY_SECONDS", "30"),
        (
            "PURPOSE",
            "Here you try how linking works: this bot looks whether your account answers, and \
             does nothing else with it.",
        ),
        ("OPERATOR_NAME", "Alice, in this sandbox"),
        ("OPERATOR_CONTACT", "@alice_sandbox"),
    ] {
        layers.fallback.insert(name.to_owned(), value.to_owned());
    }
    layers
}

fn logs(layers: &Layers) -> Result<Logs, Failure> {
    Ok(StorageSettings::load(layers)?.logs)
}

/// Where everything is kept.
struct Place {
    folder: PathBuf,
    /// Keeps another sandbox away from it, for as long as this one runs.
    _lock: Option<File>,
    /// Removed in the end, if it was made for this run alone.
    temporary: Option<TempDir>,
}

impl Place {
    fn new(data: Option<&Path>) -> Result<Self, Failure> {
        let failed = |error| Failure::other("the data directory cannot be made", error);
        if let Some(folder) = data {
            // It becomes a setting, and those are text.
            if folder.to_str().is_none() {
                return Err(Failure::Usage("--data must be valid UTF-8".to_owned()));
            }
            let mut builder = DirBuilder::new();
            builder.recursive(true).mode(0o700);
            builder.create(folder).map_err(failed)?;
            return Ok(Self {
                folder: folder.to_owned(),
                _lock: Some(lock(folder)?),
                temporary: None,
            });
        }
        let temporary = tempfile::Builder::new()
            .prefix("sesame-sandbox-")
            .tempdir()
            .map_err(failed)?;
        Ok(Self {
            folder: temporary.path().to_owned(),
            _lock: None,
            temporary: Some(temporary),
        })
    }

    /// Where the local Telegram keeps its state; nowhere, if for this run alone.
    fn telegram(&self) -> Option<PathBuf> {
        self.temporary
            .is_none()
            .then(|| self.folder.join("telegram"))
    }

    /// Where Sesame keeps its own.
    fn sesame(&self) -> PathBuf {
        self.folder.join("sesame")
    }
}

/// Locks the folder: two Telegrams over one state would undo each other's.
fn lock(folder: &Path) -> Result<File, Failure> {
    let failed = |error| Failure::other("the data directory cannot be locked", error);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(folder.join(LOCK))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::Usage(format!(
            "another sandbox runs over {}: end it, or choose another folder with --data",
            folder.display()
        ))),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// What runs.
struct Up {
    ready: Ready,
    sandbox: Sandbox,
    sesame: Option<Sesame>,
}

impl Up {
    async fn start(layers: Layers, args: &SandboxArgs, place: &Place) -> Result<Self, Failure> {
        if args.telegram_only {
            let alone = async |address| {
                let started = Sandbox::start(options(args, place, address)).await;
                started.map_err(failure)
            };
            let sandbox = at_free_port(args.listen, alone).await?;
            return Ok(Self {
                ready: sandbox.ready(),
                sandbox,
                sesame: None,
            });
        }
        let listen = async |address| node::listen(address, LISTEN).await;
        let listener = at_free_port(args.listen, listen).await?;
        let listens = node::address_of(&listener)?;
        let sandbox = beside(listens, args, place).await?;
        let mut ready = sandbox.ready();
        let layers = over(layers, &sandbox, listens, place);
        let settings = Settings::load(&layers)?;
        let metrics = telemetry::start_metrics(&settings.bot.tenant)?;
        let sesame = match Box::pin(Sesame::start(&layers, &settings, listener, metrics)).await {
            Ok(sesame) => sesame,
            Err(error) => {
                sandbox.shutdown().await;
                return Err(error);
            }
        };
        ready.app = Some(sesame.local_url());
        Ok(Self {
            ready,
            sandbox,
            sesame: Some(sesame),
        })
    }

    /// Asks everything that was announced whether it answers.
    async fn answers(&self) -> Result<(), Failure> {
        let Ready {
            app,
            phone,
            control,
            bot_api,
            bot_token,
            ..
        } = &self.ready;
        let mut addresses = vec![
            phone.clone(),
            format!("{control}/bot"),
            format!("{bot_api}/bot{bot_token}/getMe"),
        ];
        addresses.extend(app.iter().map(|app| format!("{app}/readyz")));
        let failed = |error: reqwest::Error| {
            // The addresses hold the token.
            Failure::other("not everything answers", error.without_url())
        };
        let client = Client::builder()
            .timeout(ANSWER_WITHIN)
            .no_proxy()
            .build()
            .map_err(failed)?;
        for address in addresses {
            let answer = client.get(address).send().await.map_err(failed)?;
            answer.error_for_status().map_err(failed)?;
        }
        Ok(())
    }

    async fn failed(&self) -> Failure {
        match &self.sesame {
            Some(sesame) => sesame.failed().await,
            None => std::future::pending().await,
        }
    }

    /// Sesame first: it says goodbye to Telegram.
    async fn stop(self) {
        if let Some(sesame) = self.sesame {
            sesame.stop().await;
        }
        self.sandbox.shutdown().await;
    }
}

/// The local Telegram on the next port, or, if that is taken, on any free one.
async fn beside(
    listens: SocketAddr,
    args: &SandboxArgs,
    place: &Place,
) -> Result<Sandbox, Failure> {
    let ip = listens.ip();
    // Whoever wants any port gets any.
    let next = match args.listen.map(|it| it.port()) {
        Some(0) => 0,
        _ => listens.port().checked_add(1).unwrap_or(0),
    };
    match Sandbox::start(options(args, place, SocketAddr::new(ip, next))).await {
        Err(StartError::Listen { .. }) if next != 0 => {
            Sandbox::start(options(args, place, SocketAddr::new(ip, 0)))
                .await
                .map_err(failure)
        }
        other => other.map_err(failure),
    }
}

fn options(args: &SandboxArgs, place: &Place, listen: SocketAddr) -> SandboxOptions {
    let mut options = SandboxOptions {
        listen,
        data: place.telegram(),
        posting: !args.telegram_only,
        ..SandboxOptions::default()
    };
    if !args.dc_listen.is_empty() {
        options.dc_listen.clone_from(&args.dc_listen);
    }
    if let Some(seconds) = args.token_life {
        options.world.token_life = Duration::from_secs(seconds);
    }
    options
}

/// The settings that make Sesame run over this sandbox.
fn over(mut layers: Layers, sandbox: &Sandbox, listens: SocketAddr, place: &Place) -> Layers {
    let ready = sandbox.ready();
    let app_title = sandbox.world().options().app_title.clone();
    for (name, value) in [
        ("API_ID", ready.api_id.to_string()),
        ("API_HASH", ready.api_hash),
        ("APP_NAME", app_title),
        ("TELEGRAM_SANDBOX", ready.control),
        ("BOT_TOKEN", ready.bot_token),
        ("LISTEN", listens.to_string()),
        ("PUBLIC_URL", format!("http://{}", node::reachable(listens))),
        ("DATA_DIR", place.sesame().display().to_string()),
    ] {
        layers.command.insert(name.to_owned(), value);
    }
    // A folder of its own: copies of chats are made here as anywhere.
    if let Ok(folder) = std::path::absolute(place.sesame()) {
        let exports = folder.join("exports").display().to_string();
        layers.command.insert("EXPORT_TO".to_owned(), exports);
    }
    // Of those who live here, Alice looks after it.
    let alice = sandbox.world().people().by_username(OPERATOR);
    if let Some(alice) = alice {
        let owner = format!("{}:owner", alice.id);
        layers.command.insert("OPERATORS".to_owned(), owner);
    }
    layers
}

fn failure(error: StartError) -> Failure {
    match error {
        StartError::Listen { address, source } => Failure::Address {
            address,
            setting: LISTEN,
            source,
        },
        other => Failure::other("the local Telegram does not start", other),
    }
}

/// Writes the file beside its place and moves it there: whoever waits for it
/// never sees half of it. It holds a token, so it is for its owner alone.
fn write_ready(file: &Path, ready: &Ready) -> Result<(), Failure> {
    let failed = |error| Failure::other("the ready file cannot be written", error);
    let mut text = serde_json::to_vec_pretty(ready)
        .map_err(|error| Failure::other("the ready file cannot be made", error))?;
    text.push(b'\n');
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let draft = file.with_file_name(name);
    // One that a killed process left behind; whoever made it has no say in who
    // can read the next one.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut draft| draft.write_all(&text))
        .and_then(|()| fs::rename(&draft, file))
        .map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn the_ready_file_says_what_others_need_and_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        let mut ready = sandbox.ready();
        ready.app = Some("http://127.0.0.1:1".to_owned());
        let file = folder.path().join("ready.json");
        write_ready(&file, &ready).unwrap();
        write_ready(&file, &ready).unwrap();

        let text = fs::read_to_string(&file).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        for field in [
            "app",
            "phone",
            "control",
            "bot_api",
            "bot_token",
            "api_id",
            "api_hash",
            "rsa_public_key",
            "dcs",
        ] {
            assert!(!json[field].is_null(), "{field}");
        }
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        sandbox.shutdown().await;
    }

    #[test]
    fn a_temporary_place_is_gone_in_the_end() {
        let place = Place::new(None).unwrap();
        let folder = place.folder.clone();
        assert!(folder.is_dir());
        assert_eq!(place.telegram(), None);
        drop(place);
        assert!(!folder.exists());
    }
}
