//! Everything that the web server needs, in memory: services whose logins are moved
//! by the real state machine, event by event, as the test says.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file and the gallery use a part of it"
)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod channels;
pub mod dialogs;
pub mod exports;
pub mod init_data;
pub mod jobs;
pub mod operators;
pub mod rates;
pub mod services;
pub mod stores;
pub mod tenants;

use std::sync::Arc;

use axum::Router;
use chrono::{DateTime, TimeDelta};
use secrecy::SecretString;
use sesame_domain::account::{Account, Health, Profile};
use sesame_domain::device::Device;
use sesame_domain::disclosure::Disclosure;
use sesame_domain::ids::{AccountId, Owner, PersonId, SessionId};
use sesame_domain::operator::Operators;
use sesame_domain::random::{Entropy, SystemEntropy};
use sesame_domain::retention::{RetentionPeriods, RetentionPolicy};
use sesame_domain::time::{Clock, ManualClock, Timestamp};
use sesame_test_doubles::Bell;
use sesame_webapp::init_data::SignaturePolicy;
use sesame_webapp::{Ports, Rates, Settings};
use tokio_util::sync::CancellationToken;

use self::channels::Channels;
use self::dialogs::Dialogs;
use self::exports::Exports;
use self::jobs::Jobs;
use self::operators::OperatorWorld;
use self::rates::Counts;
use self::services::{Accounts, Logins};
use self::stores::{Audit, Chat, Keys, OnceStore, PeopleStore, Probes, Vault, Webhook};

pub const BOT_TOKEN: &str = "4242:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc";

/// The web server with everything behind them.
pub struct World {
    pub clock: Arc<dyn Clock>,
    pub logins: Arc<Logins>,
    pub accounts: Arc<Accounts>,
    pub dialogs: Arc<Dialogs>,
    pub jobs: Arc<Jobs>,
    pub exports: Arc<Exports>,
    pub channels: Arc<Channels>,
    pub people: Arc<PeopleStore>,
    pub once: Arc<OnceStore>,
    pub audit: Arc<Audit>,
    pub bell: Arc<Bell>,
    pub probes: Arc<Probes>,
    pub webhook: Arc<Webhook>,
    pub chat: Arc<Chat>,
    pub operators: OperatorWorld,
    pub rates: Arc<Counts>,
    pub node_rates: Arc<Counts>,
    pub shutdown: CancellationToken,
    pub router: Router,
}

pub fn device() -> Device {
    Device {
        model: "Sesame on example.org".to_owned(),
        system_version: "Linux".to_owned(),
        app_version: "0.1.0".to_owned(),
        app_name: "Sesame".to_owned(),
    }
}

pub fn settings(public_url: &str) -> Settings {
    Settings {
        tenant: "main".parse().unwrap(),
        bot_token: SecretString::from(BOT_TOKEN),
        bot_username: Some("sesame_bot".to_owned()),
        public_url: public_url.parse().unwrap(),
        device: device(),
        disclosure: Disclosure::default(),
        bridge_url: "https://telegram.org/js/telegram-web-app.js"
            .parse()
            .unwrap(),
        frame_ancestors: vec!["https://web.telegram.org".to_owned()],
        init_data_keys: vec![init_data::signing_key().verifying_key()],
        init_data_signature: SignaturePolicy::Required,
        trusted_proxies: "10.0.0.0/8".parse().unwrap(),
        operators: Operators::default(),
        phone_login: true,
        secure_cookies: true,
        rates: Rates {
            person: 0,
            critical: 0,
            reads: 0,
            tenant: 0,
            address: 0,
        },
        max_streams: 1_000,
        retention: RetentionPeriods {
            sessions: RetentionPolicy::default(),
            logins: TimeDelta::days(1),
            audit: None,
            backups: None,
        },
    }
}

pub fn owner(person: i64) -> Owner {
    Owner {
        tenant: "main".parse().unwrap(),
        person: PersonId(person),
    }
}

pub fn noon() -> Timestamp {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// An account of this person.
pub fn account(person: i64, name: &str, health: Health, now: Timestamp) -> Account {
    Account {
        id: AccountId::generate(&SystemEntropy, now),
        owner: owner(person),
        profile: Profile {
            name: name.to_owned(),
            username: Some("ann_example".to_owned()),
        },
        session: SessionId::generate(&SystemEntropy, now),
        device: device(),
        health,
        linked_at: now - TimeDelta::days(12),
        checked_at: now - TimeDelta::minutes(4),
        used_at: now - TimeDelta::days(1),
    }
}

impl World {
    /// A world whose clock stands still.
    pub fn still() -> (Self, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(noon()));
        (
            Self::new(clock.clone(), settings("https://sesame.example")),
            clock,
        )
    }

    /// A world under this address, whose clock stands still.
    pub fn at(public_url: &str) -> Self {
        let clock = Arc::new(ManualClock::new(noon()));
        Self::new(clock, settings(public_url))
    }

    pub fn new(clock: Arc<dyn Clock>, settings: Settings) -> Self {
        Self::over(clock, settings, OperatorWorld::default())
    }

    /// A world in which no copies of chats are kept.
    pub fn without_exports() -> Self {
        let clock = Arc::new(ManualClock::new(noon()));
        let settings = settings("https://sesame.example");
        Self::made(clock, settings, OperatorWorld::default(), false)
    }

    /// A world over what is kept of operators.
    pub fn over(clock: Arc<dyn Clock>, settings: Settings, operators: OperatorWorld) -> Self {
        Self::made(clock, settings, operators, true)
    }

    fn made(
        clock: Arc<dyn Clock>,
        settings: Settings,
        operators: OperatorWorld,
        has_exports: bool,
    ) -> Self {
        let people = Arc::new(PeopleStore::default());
        let logins = Arc::new(Logins::new(clock.clone()));
        let once = Arc::new(OnceStore::default());
        let accounts = Accounts::new(people.clone(), once.clone(), clock.clone());
        let accounts = Arc::new(accounts);
        let dialogs = Arc::new(Dialogs::default());
        let jobs = Arc::new(Jobs::default());
        let exports = Arc::new(Exports::new(jobs.clone(), clock.clone()));
        let channels = Arc::new(Channels::new(clock.clone()));
        let audit = Arc::new(Audit::default());
        let bell = Arc::new(Bell::default());
        let probes = Arc::new(Probes::default());
        let webhook = Arc::new(Webhook::default());
        let chat = Arc::new(Chat::default());
        let rates = Arc::new(Counts::new(clock.clone()));
        let node_rates = Arc::new(Counts::new(clock.clone()));
        let shutdown = CancellationToken::new();
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let ports = Ports {
            logins: logins.clone(),
            accounts: accounts.clone(),
            dialogs: dialogs.clone(),
            jobs: jobs.clone(),
            exports: has_exports.then(|| exports.ports()),
            channels: channels.ports(),
            people: people.clone(),
            one_time: once.clone(),
            vault: Arc::new(Vault),
            signals: bell.clone(),
            token_keys: Arc::new(Keys),
            audit: audit.clone(),
            operators: operators.ports(),
            webhook: Some(webhook.clone()),
            chat: chat.clone(),
            bot_name: Arc::new(|| Some("Harbour <Street>".to_owned())),
            rates: rates.clone(),
            node_rates: node_rates.clone(),
            probe: probes.clone(),
            clock: clock.clone(),
            entropy,
        };
        Self {
            router: sesame_webapp::router(settings, ports, shutdown.clone()),
            clock,
            logins,
            accounts,
            dialogs,
            jobs,
            exports,
            channels,
            people,
            once,
            audit,
            bell,
            probes,
            webhook,
            chat,
            operators,
            rates,
            node_rates,
            shutdown,
        }
    }
}
