//! A bot, a Telegram, and someone to talk to it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use sesame_bot::{Bot, BotPorts, BotSettings, BotState, OwnWords, Webhook};
use sesame_domain::account::{Account, Health, Profile};
use sesame_domain::device::Device;
use sesame_domain::disclosure::Disclosure;
use sesame_domain::ids::{
    AccountId, LoginId, NodeId, NoticeId, Owner, PersonId, SessionId, TenantId,
};
use sesame_domain::login::{Login, Method, Policy};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::operator::Operators;
use sesame_domain::ports::{Signals as _, Topic};
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::{Clock as _, ManualClock, Timestamp};
use sesame_sandbox::bots::{Author, Content, Message, MethodFault, Press};
use sesame_sandbox::world::{NewPerson, Person};
use sesame_sandbox::{Sandbox, SandboxOptions};
use sesame_test_doubles::{Bell, OperatorsInMemory, SpawningSupervisor, TestLeases};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::memory::{Notes, Register, Tray};
use crate::rates::Counts;
use crate::services::{Accounts, Logins};

/// How long anything may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until something holds.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !holds() {
        assert!(tokio::time::Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The moment at which every test begins.
pub(crate) fn noon() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub(crate) fn tenant() -> TenantId {
    "main".parse().unwrap()
}

pub(crate) fn device() -> Device {
    Device {
        model: "Sesame on a test bench".to_owned(),
        system_version: "Linux".to_owned(),
        app_version: "0.1".to_owned(),
        app_name: "Sesame".to_owned(),
    }
}

/// A Telegram, what the bot works with, and a person.
pub(crate) struct Fixture {
    pub(crate) sandbox: Sandbox,
    pub(crate) person: Person,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) logins: Arc<Logins>,
    pub(crate) people: Arc<Register>,
    pub(crate) outbox: Arc<Tray>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) leases: TestLeases,
    pub(crate) clock: Arc<ManualClock>,
    /// How often a person is answered in a minute; 0: always.
    pub(crate) rate: u32,
    /// What it says of its own.
    pub(crate) own_words: OwnWords,
    /// What people are told before they link their account.
    pub(crate) disclosure: Disclosure,
    /// Who gets a link to the operators' pages.
    pub(crate) operators: Operators,
    pub(crate) operator_store: Arc<OperatorsInMemory>,
    pub(crate) audit: Arc<Notes>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl Fixture {
    /// A fixture without a bot yet.
    pub(crate) async fn empty() -> Self {
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        let person = someone(&sandbox, "Nina");
        Self {
            sandbox,
            person,
            accounts: Arc::default(),
            logins: Arc::default(),
            people: Arc::default(),
            outbox: Arc::default(),
            bell: Arc::default(),
            leases: TestLeases::default(),
            clock: Arc::new(ManualClock::new(noon())),
            rate: 0,
            own_words: OwnWords::default(),
            disclosure: Disclosure::default(),
            operators: Operators::default(),
            operator_store: Arc::default(),
            audit: Arc::default(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    /// A fixture with a bot that polls.
    pub(crate) async fn new() -> (Self, Bot) {
        let fixture = Self::empty().await;
        let bot = fixture.bot(None);
        fixture.running(&bot).await;
        (fixture, bot)
    }

    pub(crate) fn settings(&self, webhook: Option<Webhook>) -> BotSettings {
        let ready = self.sandbox.ready();
        BotSettings {
            tenant: tenant(),
            token: ready.bot_token.into(),
            api_url: Some(ready.bot_api.parse().unwrap()),
            app_url: app_url(),
            rate: self.rate,
            own_words: self.own_words.clone(),
            disclosure: self.disclosure.clone(),
            operators: self.operators.clone(),
            admin_url: "http://127.0.0.1:9/admin".parse().unwrap(),
            webhook,
        }
    }

    pub(crate) fn ports(&self) -> BotPorts {
        BotPorts {
            accounts: self.accounts.clone(),
            logins: self.logins.clone(),
            people: self.people.clone(),
            outbox: self.outbox.clone(),
            leases: Arc::new(self.leases.clone()),
            node: NodeId::generate(&SystemEntropy),
            signals: self.bell.clone(),
            sign_ins: self.operator_store.clone(),
            confirmations: self.operator_store.clone(),
            audit: self.audit.clone(),
            rates: Arc::new(Counts::new(self.clock.clone())),
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy),
            supervisor: Arc::new(SpawningSupervisor::over(self.tasks.clone())),
        }
    }

    /// Starts a bot here.
    pub(crate) fn bot(&self, webhook: Option<Webhook>) -> Bot {
        let settings = self.settings(webhook);
        Bot::start(settings, self.ports(), &self.tasks, self.stop.clone()).unwrap()
    }

    /// Waits until the bot answers people.
    pub(crate) async fn running(&self, bot: &Bot) {
        let mut state = bot.watch();
        let running = state.wait_for(|state| matches!(state, BotState::Running { .. }));
        tokio::time::timeout(PATIENCE, running)
            .await
            .unwrap()
            .unwrap();
    }

    /// Another person.
    pub(crate) fn someone_else(&self) -> Person {
        someone(&self.sandbox, "Oscar")
    }

    /// The person as Sesame knows them.
    pub(crate) fn owner(&self) -> Owner {
        owner(&self.person)
    }

    /// The person says something, and the bot answers.
    pub(crate) async fn ask(&self, words: &str) -> Message {
        let asked = self.say(words);
        self.answer_after(asked).await
    }

    /// The person says something.
    pub(crate) fn say(&self, words: &str) -> i64 {
        let said = self.sandbox.bot().say(&self.person, words).unwrap();
        said.message_id
    }

    /// Sesame's clock shows what the sandbox's does.
    pub(crate) fn share_the_time(&self) {
        let telegrams = self.sandbox.world().clock().now();
        let ahead = telegrams - self.clock.now().timestamp();
        self.clock.advance(TimeDelta::seconds(ahead));
    }

    /// A message of the person's as the Bot API shows it, without its words.
    pub(crate) fn raw_message(&self, id: i64) -> Value {
        json!({
            "message_id": id,
            "date": 1_800_000_000,
            "from": {"id": self.person.id, "is_bot": false, "first_name": "Nina"},
            "chat": {"id": self.person.id, "type": "private", "first_name": "Nina"},
        })
    }

    /// Something happens that the sandbox has no place for.
    pub(crate) fn push(&self, update: Value) {
        self.sandbox.bot().push_update(update);
    }

    /// The first thing the bot says after a message.
    pub(crate) async fn answer_after(&self, message: i64) -> Message {
        let next = || {
            let mut said = self.said().into_iter();
            said.find(|it| it.message_id > message)
        };
        until("an answer", || next().is_some()).await;
        next().unwrap()
    }

    /// What the bot said to the person.
    pub(crate) fn said(&self) -> Vec<Message> {
        self.said_to(&self.person)
    }

    /// What the bot said to someone.
    pub(crate) fn said_to(&self, person: &Person) -> Vec<Message> {
        let chat = self.sandbox.bot().chat_of(person.id).unwrap_or_default();
        let messages = chat.messages.into_values();
        messages.filter(|it| it.author == Author::Bot).collect()
    }

    /// A message as it is now.
    pub(crate) fn message(&self, id: i64) -> Option<Message> {
        let chat = self.sandbox.bot().chat_of(self.person.id)?;
        chat.messages.get(&id).cloned()
    }

    /// The person presses a button, and the message changes.
    pub(crate) async fn press(&self, message: &Message, label: &str) -> Message {
        self.tap(&self.person, message.message_id, label);
        let id = message.message_id;
        until("a changed message", || {
            self.message(id).is_some_and(|it| it != *message)
        })
        .await;
        self.message(id).unwrap()
    }

    /// Someone presses a button.
    pub(crate) fn tap(&self, person: &Person, message_id: i64, label: &str) {
        let press = Press::Labelled {
            message_id: Some(message_id),
            text: label.to_owned(),
        };
        self.sandbox.bot().press(person, &press).unwrap();
    }

    /// The person has an account.
    pub(crate) fn link(&self) -> Account {
        let account = self.account("Nina & Co");
        self.accounts.linked.lock().unwrap().push(account.clone());
        account
    }

    fn account(&self, name: &str) -> Account {
        let entropy = SystemEntropy;
        Account {
            id: AccountId::generate(&entropy, noon()),
            owner: self.owner(),
            profile: Profile {
                name: name.to_owned(),
                username: Some("nina".to_owned()),
            },
            session: SessionId::generate(&entropy, noon()),
            device: device(),
            health: Health::Alive,
            linked_at: noon() - TimeDelta::days(3),
            checked_at: noon() - TimeDelta::minutes(4),
            used_at: noon() - TimeDelta::hours(1),
        }
    }

    /// A login of the person's runs.
    pub(crate) fn begin_login(&self) -> Login {
        let id = LoginId::generate(&SystemEntropy, noon());
        Login::begin(
            id,
            self.owner(),
            Method::Qr,
            device(),
            &Policy::default(),
            noon(),
        )
    }

    /// Something happened that the person is to be told.
    pub(crate) async fn tell(&self, kind: NoticeKind) -> NoticeId {
        self.tell_to(&self.owner(), kind).await
    }

    /// Something happened that someone is to be told.
    pub(crate) async fn tell_to(&self, owner: &Owner, kind: NoticeKind) -> NoticeId {
        let now = self.clock.now();
        let id = NoticeId::generate(&SystemEntropy, now);
        self.outbox.put(Notice {
            id,
            owner: owner.clone(),
            kind,
            created_at: now,
            attempts: 0,
        });
        self.ring().await;
        id
    }

    /// Wakes who waits for notices.
    pub(crate) async fn ring(&self) {
        self.bell.publish(Topic::Outbox).await.unwrap();
    }

    /// Wakes the sender, and waits until it has looked at everything again.
    pub(crate) async fn look_again(&self) {
        let looks = self.outbox.looks();
        self.ring().await;
        until("another look", || self.outbox.looks() > looks).await;
    }

    /// The next call of a method fails.
    pub(crate) fn fault(&self, method: &str, error_code: u16, retry_after: Option<u64>) {
        self.sandbox.bot().order_fault(MethodFault {
            method: method.to_owned(),
            error_code,
            description: None,
            retry_after,
            times: 1,
        });
    }

    /// The next calls of a method are refused in these words.
    pub(crate) fn refuse(&self, method: &str, error_code: u16, description: &str, times: u32) {
        self.sandbox.bot().order_fault(MethodFault {
            method: method.to_owned(),
            error_code,
            description: Some(description.to_owned()),
            retry_after: None,
            times,
        });
    }

    /// Whether an ordered failure is still to come.
    pub(crate) fn fault_pending(&self) -> bool {
        !self.sandbox.bot().faults().is_empty()
    }
}

pub(crate) fn app_url() -> Url {
    "http://127.0.0.1:9/app".parse().unwrap()
}

pub(crate) fn owner(person: &Person) -> Owner {
    Owner {
        tenant: tenant(),
        person: PersonId(person.id),
    }
}

fn someone(sandbox: &Sandbox, first_name: &str) -> Person {
    let new = NewPerson {
        id: None,
        first_name: first_name.to_owned(),
        last_name: None,
        username: None,
        phone: None,
        language: None,
        home_dc: None,
    };
    sandbox.world().people().create(new).unwrap()
}

/// A message's words.
pub(crate) fn words(message: &Message) -> &str {
    match &message.content {
        Content::Text { text, .. } => text,
        other => panic!("not a text: {other:?}"),
    }
}

/// The labels of a message's buttons.
pub(crate) fn labels(message: &Message) -> Vec<String> {
    let Some(keyboard) = &message.reply_markup else {
        return Vec::new();
    };
    let buttons = keyboard.inline_keyboard.iter().flatten();
    buttons.map(|button| button.text.clone()).collect()
}
