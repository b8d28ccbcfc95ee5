//! What is looked at: ports that the program plugs.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::disclosure::Disclosure;
use sesame_domain::keys::Provider;
use sesame_domain::ports::{Accounts, ExportFilesError, Schedules, StoreError, Vault};
use sesame_domain::random::Entropy;
use sesame_domain::time::{Age, Clock, Timestamp};
use url::Url;

/// An error that is only told.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Everything there is to look at. What is missing is passed over.
pub struct Ports {
    /// The clock of this machine.
    pub clock: Arc<dyn Clock>,
    /// How the settings are.
    pub configuration: Configuration,
    /// The bot, if its settings are whole.
    pub bot: Option<Bot>,
    /// Whether launch data must carry Telegram's own signature.
    pub launch_data_is_signed: Option<bool>,
    /// What people are told before they link their account; `None`: over a sandbox no
    /// one has to be told anything.
    pub disclosure: Option<Disclosure>,
    /// The Mini App, if the settings that say where people open it are understood.
    pub mini_app: Option<MiniApp>,
    /// What Sesame is at Telegram.
    pub application: Option<Arc<dyn Application>>,
    /// Telegram's data centres.
    pub data_centres: Option<Arc<dyn DataCentres>>,
    /// Where log files are, if there are any.
    pub log: Option<Arc<dyn LogFolder>>,
    /// Redis, if there is one.
    pub redis: Option<Arc<dyn Answers>>,
    /// The database; or what is wrong with the settings that name it.
    pub database: Result<Arc<dyn Database>, String>,
    /// The keys; or why they cannot be used.
    pub keys: Option<Result<Keys, Unusable>>,
    /// The audit.
    pub audit: Option<Arc<dyn AuditChain>>,
    /// Backups.
    pub backups: Option<Places>,
    /// Where copies of chats are kept, or why that cannot be used; `None`: nowhere.
    pub exports: Option<Result<Arc<dyn ExportPlace>, Unusable>>,
    /// What is done by itself.
    pub schedules: Option<Arc<dyn Schedules>>,
    /// The accounts.
    pub accounts: Option<Arc<dyn Accounts>>,
    /// How much memory may be locked, in bytes; `None`: any.
    pub lockable_bytes: Option<u64>,
}

/// How the settings are.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// What is wrong with them; never quotes a secret.
    pub problems: Option<String>,
    /// How to close the file with the secrets, if others can read it.
    pub way_to_close_file: Option<String>,
    /// Names in the file that mean nothing.
    pub unknown: Vec<String>,
    /// Whether requests come through a proxy that is perhaps on another machine,
    /// and none there is trusted.
    pub proxy_is_unknown: bool,
}

/// Something cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// What happened, or what to do.
    pub says: String,
    /// Why.
    pub why: String,
}

/// Something that answers or does not.
#[async_trait]
pub trait Answers: Send + Sync {
    /// Tries what it is needed for.
    async fn try_out(&self) -> Result<(), Unusable>;
}

/// The database.
#[async_trait]
pub trait Database: Send + Sync {
    /// How many steps its schema lacks.
    async fn lacks(&self) -> Result<usize, Unusable>;
}

/// The bot.
pub struct Bot {
    /// The Bot API.
    pub api: Arc<dyn BotApi>,
    /// Where Telegram is to push updates to; `None`: the bot polls.
    pub webhook: Option<Url>,
    /// The kinds of updates that the bot needs.
    pub update_kinds: &'static [&'static str],
}

/// The Bot API.
#[async_trait]
pub trait BotApi: Send + Sync {
    /// What it answers when asked who the bot is.
    ///
    /// # Errors
    /// Why it does not answer; never with its address, which holds the token.
    async fn me(&self) -> Result<BotAnswer, String>;

    /// What Telegram knows of the webhook.
    ///
    /// # Errors
    /// Why it does not say so.
    async fn webhook(&self) -> Result<WebhookInfo, String>;
}

/// An answer of the Bot API.
#[derive(Clone, Copy, Debug)]
pub struct BotAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The moment that it names, in whole seconds.
    pub named: Option<Timestamp>,
    /// When it was asked.
    pub asked: Timestamp,
    /// When it answered.
    pub answered: Timestamp,
}

/// What Telegram knows of the webhook.
/// <https://core.telegram.org/bots/api#webhookinfo>
#[derive(Clone, Debug, Default)]
pub struct WebhookInfo {
    /// Where it leads; empty: there is none.
    pub url: String,
    /// How many updates wait.
    pub waiting: u64,
    /// When delivering failed last.
    pub failed_at: Option<Timestamp>,
    /// Why.
    pub failure: Option<String>,
    /// The kinds of updates that it brings; `None`: the usual ones.
    pub kinds: Option<Vec<String>>,
}

/// The Mini App.
pub struct MiniApp {
    /// Where people's Telegram opens it; nothing, if `PUBLIC_URL` is not set.
    pub url: Option<Url>,
    /// Whether it has to be https: a sandbox on this machine does without.
    pub must_be_https: bool,
    /// What fetches pages.
    pub pages: Arc<dyn Pages>,
}

/// Fetches pages as a browser would, but goes nowhere by itself.
#[async_trait]
pub trait Pages: Send + Sync {
    /// What is answered there.
    ///
    /// # Errors
    /// Why nothing is answered: no connection, no valid certificate.
    async fn get(&self, url: &Url) -> Result<Page, String>;
}

/// A page that was fetched.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// Where it leads instead.
    pub leads_to: Option<String>,
    /// The headers; names in small letters.
    pub headers: Vec<(String, String)>,
}

impl Page {
    /// A header by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What Sesame is at Telegram: `API_ID` and `API_HASH`.
#[async_trait]
pub trait Application: Send + Sync {
    /// Tries it as a new device would; no one is signed in by that.
    async fn try_out(&self) -> Result<(), Refusal>;
}

/// Why the application was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Telegram refuses it, with this name.
    Refused(String),
    /// It could not be tried.
    Unknown(String),
    /// The sandbox that takes Telegram's place cannot be used.
    Sandbox(String),
}

/// Telegram's data centres.
#[async_trait]
pub trait DataCentres: Send + Sync {
    /// Asks each of them for something that anyone may know.
    ///
    /// # Errors
    /// When it is not known where they are.
    async fn try_out(&self) -> Result<Vec<DataCentre>, String>;
}

/// A data centre that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataCentre {
    /// Which one.
    pub id: i32,
    /// Why it did not answer; `None`: it did.
    pub silent: Option<String>,
}

/// Where log files are.
#[async_trait]
pub trait LogFolder: Send + Sync {
    /// Tries whether one can be written there.
    ///
    /// # Errors
    /// Why not.
    async fn try_out(&self) -> Result<(), String>;
}

/// The keys that seal.
pub struct Keys {
    /// Who holds them.
    pub store: Arc<dyn KeyStore>,
    /// What seals under them.
    pub vault: Arc<dyn Vault>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Who makes new ones.
    pub provider: Provider,
    /// The age at which one is replaced by itself.
    pub max_age: Option<TimeDelta>,
}

/// Who holds the keys.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// How the versions of the key are.
    async fn status(&self) -> Result<KeysSeen, BoxError>;

    /// What stands in the key file; `None`: there is none in use.
    async fn file(&self) -> Option<Result<KeyFileSeen, Unusable>>;

    /// Whether the key file can get new keys.
    async fn file_is_changeable(&self) -> Result<(), Unusable>;

    /// Whether keys are kept from being swapped out.
    fn memory_is_locked(&self) -> bool;
}

/// How the versions of the key are.
#[derive(Clone, Debug)]
pub struct KeysSeen {
    /// Who makes new ones.
    pub provider: Provider,
    /// The version that seals.
    pub active: Option<String>,
    /// How old that is.
    pub age: Age,
    /// How many data keys are under older versions.
    pub to_rewrap: u64,
    /// What someone should look after, beside that none is active.
    pub warnings: Vec<String>,
    /// The newest version that is in the key file.
    pub newest_in_file: Option<String>,
    /// How many sessions are sealed.
    pub sessions: u64,
}

/// What stands in the key file, as names of versions.
#[derive(Clone, Debug, Default)]
pub struct KeyFileSeen {
    /// Those that are damaged.
    pub damaged: Vec<String>,
    /// Those that are not in it.
    pub missing: Vec<String>,
    /// Those of which it cannot be told.
    pub unproven: Vec<String>,
    /// Drafts of it that were left behind.
    pub drafts: Vec<PathBuf>,
}

/// The audit.
#[async_trait]
pub trait AuditChain: Send + Sync {
    /// What came of verifying all of it: now, or when that was done last.
    async fn verified(&self) -> Result<AuditSeen, StoreError>;
}

/// What verifying the audit found.
#[derive(Clone, Debug, Default)]
pub struct AuditSeen {
    /// How many entries there are.
    pub entries: u64,
    /// The first row that is not as it was written.
    pub first_bad: Option<String>,
    /// The newest checkpoint of each tenant.
    pub newest: Vec<Timestamp>,
    /// When all of it was verified; `None`: that was never done, of some of it.
    pub at: Option<Timestamp>,
}

/// Where backups are, and how often they are made.
pub struct Places {
    /// The place; `None`: none is named. Or why it cannot be used.
    pub place: Result<Option<Arc<dyn Backups>>, Unusable>,
    /// How often one is made.
    pub every: TimeDelta,
    /// How often one is tried out.
    pub rehearse_every: TimeDelta,
}

/// The backups.
#[async_trait]
pub trait Backups: Send + Sync {
    /// The newest; `None`: there is none.
    async fn newest(&self) -> Result<Option<NewestBackup>, BoxError>;
}

/// Where copies of chats are kept.
#[async_trait]
pub trait ExportPlace: Send + Sync {
    /// Puts something there, and takes it away again.
    async fn try_out(&self) -> Result<(), ExportFilesError>;
}

/// The newest backup.
#[derive(Clone, Debug)]
pub struct NewestBackup {
    /// Its file.
    pub file: String,
    /// How it is.
    pub state: BackupState,
    /// How old it is, if it says so.
    pub age: Option<Age>,
    /// If it cannot be used: how old the newest is that can.
    pub instead: Option<Age>,
}

/// How a backup is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupState {
    /// Whole.
    Whole,
    /// These keys are needed and retired.
    Locked(Vec<String>),
    /// Damaged, or not ours.
    Broken,
}
