//! All that can be looked at, as far as the settings and what is beneath allow.

use std::sync::Arc;

use rustix::process::{Resource, getrlimit};
use sesame_bot::UPDATE_KINDS;
use sesame_checks::{Bot, Configuration, Ports};
use sesame_domain::disclosure::Disclosure;
use sesame_domain::time::SystemClock;
use sesame_store::Database;

use super::application::ApplicationOf;
use super::audit::Chain;
use super::bot_api::BotApiClient;
use super::data_centres::DataCentresOf;
use super::log_folder::LogFolderOf;
use super::storage::{Redis, Schema};
use super::{backups, exports, keys, mini_app, unusable};
use crate::config::{
    Backup, Custody, CustodySettings, InitDataSignature, Layers, Overview, Settings,
};
use crate::failure::Failure;
use crate::node::{Core, storage, wiring};
use crate::telemetry;

/// All that can be looked at.
pub(crate) struct Gathered {
    /// For the checks.
    pub(crate) ports: Ports,
    database: Option<Database>,
}

impl Gathered {
    /// Gathers what these settings name.
    ///
    /// # Errors
    /// When the log does not start.
    pub(crate) async fn of(layers: &Layers) -> Result<Self, Failure> {
        let mut gathered = Self {
            ports: nothing(layers),
            database: None,
        };
        if let Ok(settings) = Settings::load(layers) {
            add_telegram(&mut gathered.ports, settings);
        }
        match CustodySettings::load(layers) {
            Ok(settings) => {
                telemetry::start_command_log(&settings.logs)?;
                gathered.add_storage(&settings).await;
            }
            Err(problems) => gathered.ports.database = Err(problems.to_string()),
        }
        Ok(gathered)
    }

    async fn add_storage(&mut self, settings: &CustodySettings) {
        let ports = &mut self.ports;
        ports.log = LogFolderOf::of(&settings.logs);
        ports.redis = Redis::of(&settings.storage);
        let schema = Schema::connect(&settings.storage).await;
        let whole = schema.whole();
        ports.database = Ok(Arc::new(schema));
        if let Some(database) = whole {
            self.database = Some(database.clone());
            self.add_beneath(database, settings).await;
        }
    }

    /// What stands on a database whose schema is up to date.
    async fn add_beneath(&mut self, database: Database, settings: &CustodySettings) {
        let ports = &mut self.ports;
        match Core::for_command(database, &settings.custody).await {
            Ok(core) => add_beneath(ports, core, &settings.custody, &settings.backup),
            Err(failure) => ports.keys = Some(Err(unusable(&failure))),
        }
    }

    /// Closes what was opened for it.
    pub(crate) async fn close(self) {
        if let Some(database) = &self.database {
            storage::close(database).await;
        }
    }
}

/// Adds the Telegram that whole settings name.
pub(super) fn add_telegram(ports: &mut Ports, settings: Settings) {
    let signature = settings.web.init_data_signature;
    ports.configuration.proxy_is_unknown = settings.web.proxy_is_unknown();
    ports.launch_data_is_signed = Some(signature == InitDataSignature::Required);
    ports.disclosure = disclosure(&settings);
    ports.bot = Some(Bot {
        api: Arc::new(BotApiClient::new(settings.bot.clone())),
        webhook: wiring::webhook_address(&settings),
        update_kinds: &UPDATE_KINDS,
    });
    ports.exports = exports::of(&settings.exports);
    ports.data_centres = Some(Arc::new(DataCentresOf(settings.clone())));
    ports.application = Some(Arc::new(ApplicationOf(settings)));
}

/// What people are told before they link their account: over a sandbox there is no one
/// who would have to be.
fn disclosure(settings: &Settings) -> Option<Disclosure> {
    let is_sandbox = settings.telegram.telegram_sandbox.is_some();
    (!is_sandbox).then(|| settings.disclosure.told())
}

/// Adds what stands on the core.
pub(super) fn add_beneath(ports: &mut Ports, core: Core, keys: &Custody, backup: &Backup) {
    ports.keys = Some(Ok(keys::of(&core, keys)));
    ports.backups = Some(backups::of(&core, backup));
    ports.schedules = Some(Arc::new(core.database.schedules()));
    ports.accounts = Some(Arc::new(core.database.accounts()));
    ports.audit = Some(Arc::new(Chain(core)));
}

/// What can be looked at without anything else.
pub(super) fn nothing(layers: &Layers) -> Ports {
    Ports {
        clock: Arc::new(SystemClock),
        configuration: configuration(layers),
        bot: None,
        launch_data_is_signed: None,
        disclosure: None,
        mini_app: mini_app::of(layers),
        application: None,
        data_centres: None,
        log: None,
        redis: None,
        database: Err(String::new()),
        keys: None,
        audit: None,
        backups: None,
        exports: None,
        schedules: None,
        accounts: None,
        lockable_bytes: getrlimit(Resource::Memlock).current,
    }
}

fn configuration(layers: &Layers) -> Configuration {
    let problems = Overview::load(layers).problems;
    Configuration {
        problems: (!problems.is_empty()).then(|| problems.to_string()),
        way_to_close_file: Layers::way_to_close_file(),
        unknown: layers.unknown().iter().map(ToString::to_string).collect(),
        proxy_is_unknown: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(more: &[(&str, &str)]) -> Option<Disclosure> {
        let needed = [
            ("API_ID", "1"),
            ("API_HASH", "0123456789abcdef0123456789abcdef"),
            ("BOT_TOKEN", "7:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
            ("PUBLIC_URL", "https://e.org"),
            ("PURPOSE", "Reads channels."),
        ];
        let all = needed.iter().chain(more);
        let environment = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let layers = Layers {
            environment: environment.collect(),
            ..Layers::default()
        };
        disclosure(&Settings::load(&layers).unwrap())
    }

    #[test]
    fn what_people_are_told_is_looked_at_outside_the_sandbox() {
        let purpose = told(&[]).unwrap().purpose;
        assert_eq!(purpose.as_deref(), Some("Reads channels."));
        let sandbox = ("TELEGRAM_SANDBOX", "http://127.0.0.1:9/control");
        assert_eq!(told(&[sandbox]), None);
    }
}
