//! The sections that a command needs, read together.

use super::backup::Backup;
use super::bot::Bot;
use super::custody::Custody;
use super::disclosure::Disclosure;
use super::exports::Exports;
use super::import::Import;
use super::layers::Layers;
use super::login::Login;
use super::logs::Logs;
use super::operators::Operators;
use super::origin::Effective;
use super::problems::Problems;
use super::rates::Rates;
use super::reader::Reader;
use super::retention::Retention;
use super::section::Section as _;
use super::storage::Storage;
use super::telegram::Telegram;
use super::web::Web;

/// What it takes to serve.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// How Sesame shows itself to Telegram.
    pub(crate) telegram: Telegram,
    /// The bot.
    pub(crate) bot: Bot,
    /// What people are told before they link their account.
    pub(crate) disclosure: Disclosure,
    /// The web server and the Mini App.
    pub(crate) web: Web,
    /// How often one may ask.
    pub(crate) rates: Rates,
    /// The operators.
    pub(crate) operators: Operators,
    /// How long a login lives.
    pub(crate) login: Login,
    /// The database and Redis.
    pub(crate) storage: Storage,
    /// The keys.
    pub(crate) custody: Custody,
    /// Backups.
    pub(crate) backup: Backup,
    /// Copies of chats.
    pub(crate) exports: Exports,
    /// How long things are kept.
    pub(crate) retention: Retention,
    /// Imports.
    pub(crate) import: Import,
    /// The log.
    pub(crate) logs: Logs,
}

/// What it takes to work on the database.
#[derive(Clone, Debug)]
pub(crate) struct StorageSettings {
    /// The database and Redis.
    pub(crate) storage: Storage,
    /// The log.
    pub(crate) logs: Logs,
}

/// What it takes to work on keys, backups and the audit, without a bot.
#[derive(Clone, Debug)]
pub(crate) struct CustodySettings {
    /// The database and Redis.
    pub(crate) storage: Storage,
    /// The keys.
    pub(crate) custody: Custody,
    /// Backups.
    pub(crate) backup: Backup,
    /// The log.
    pub(crate) logs: Logs,
}

/// The configuration, to look at.
#[derive(Clone, Debug)]
pub(crate) struct Overview {
    /// Every value in force.
    pub(crate) effective: Vec<Effective>,
    /// What is wrong with them.
    pub(crate) problems: Problems,
}

impl Settings {
    /// Reads all sections.
    ///
    /// # Errors
    /// All that is wrong.
    pub(crate) fn load(layers: &Layers) -> Result<Self, Problems> {
        load(layers, Self::read)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let telegram = Telegram::read(reader);
        let bot = Bot::read(reader);
        let disclosure = Disclosure::read(reader);
        let web = Web::read(reader);
        let rates = Rates::read(reader);
        let operators = Operators::read(reader);
        let login = Login::read(reader);
        let storage = Storage::read(reader);
        let custody = Custody::read(reader);
        let backup = Backup::read(reader);
        let exports = Exports::read(reader);
        let retention = Retention::read(reader);
        let import = Import::read(reader);
        let logs = Logs::read(reader);
        Some(Self {
            telegram: telegram?,
            bot: bot?,
            disclosure: disclosure?,
            web: web?,
            rates: rates?,
            operators: operators?,
            login: login?,
            storage: storage?,
            custody: custody?,
            backup: backup?,
            exports: exports?,
            retention: retention?,
            import: import?,
            logs: logs?,
        })
    }
}

impl StorageSettings {
    /// Reads what it takes to work on the database.
    ///
    /// # Errors
    /// All that is wrong.
    pub(crate) fn load(layers: &Layers) -> Result<Self, Problems> {
        load(layers, |reader| {
            let (storage, logs) = (Storage::read(reader), Logs::read(reader));
            Some(Self {
                storage: storage?,
                logs: logs?,
            })
        })
    }
}

impl CustodySettings {
    /// Reads what it takes to work on keys, backups and the audit.
    ///
    /// # Errors
    /// All that is wrong.
    pub(crate) fn load(layers: &Layers) -> Result<Self, Problems> {
        load(layers, |reader| {
            let storage = Storage::read(reader);
            let custody = Custody::read(reader);
            let backup = Backup::read(reader);
            let logs = Logs::read(reader);
            Some(Self {
                storage: storage?,
                custody: custody?,
                backup: backup?,
                logs: logs?,
            })
        })
    }
}

impl Overview {
    /// Looks at all settings.
    pub(crate) fn load(layers: &Layers) -> Self {
        let mut reader = Reader::new(layers);
        // What is wrong stands in the problems.
        let _ = Settings::read(&mut reader);
        let (effective, problems) = finished(reader, layers);
        Self {
            effective,
            problems,
        }
    }
}

/// What is read, if nothing is wrong.
fn load<S>(
    layers: &Layers,
    read: impl FnOnce(&mut Reader<'_>) -> Option<S>,
) -> Result<S, Problems> {
    let mut reader = Reader::new(layers);
    let settings = read(&mut reader);
    let (_, problems) = finished(reader, layers);
    settings.filter(|_| problems.is_empty()).ok_or(problems)
}

/// What was read, and what is wrong, with what was most likely meant.
fn finished(reader: Reader<'_>, layers: &Layers) -> (Vec<Effective>, Problems) {
    let (effective, mut problems) = reader.finish();
    problems.of_missing(|name| layers.nearly(name));
    (effective, problems)
}
