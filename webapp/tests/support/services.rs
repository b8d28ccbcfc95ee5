//! The services.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use futures::StreamExt;
use secrecy::ExposeSecret;
use sesame_domain::account::{Account, Health};
use sesame_domain::audit::Actor;
use sesame_domain::ids::{AccountId, LoginId, Owner};
use sesame_domain::login::{
    AnswerKind, CodeSent, CodeShown, CodeWay, Event, Failure, Login, Method, Policy, Proving,
    QrEvent, State,
};
use sesame_domain::ports::{
    AccountService, Answer, Begin, Begun, LoginService, LoginUpdates, Receipt, ServiceError,
    StoreError,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use sesame_domain::time::{Clock, Timestamp};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use uuid::Uuid;

use super::stores::{OnceStore, PeopleStore, seal};

/// What every call answers instead, once it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Busy,
    StorageDown,
    StorageFull,
    StorageFailing,
    Damaged,
    Panics,
}

impl Fault {
    fn answer(fault: Option<Self>) -> Result<(), ServiceError> {
        match fault {
            None => Ok(()),
            Some(Self::Busy) => Err(ServiceError::Busy),
            Some(Self::StorageDown) => Err(StoreError::unavailable(below()).into()),
            Some(Self::StorageFull) => Err(StoreError::Full(Box::new(below())).into()),
            Some(Self::StorageFailing) => Err(StoreError::Failing(Box::new(below())).into()),
            Some(Self::Damaged) => Err(StoreError::inconsistent("row 17 has the token abc").into()),
            Some(Self::Panics) => panic!("the service fell over"),
        }
    }
}

/// What no one outside may read.
fn below() -> std::io::Error {
    std::io::Error::other("password=hunter2 at db.internal")
}

/// Logins that move only when they are told to.
pub struct Logins {
    clock: Arc<dyn Clock>,
    policy: Policy,
    all: Mutex<HashMap<LoginId, watch::Sender<Login>>>,
    pub fault: Mutex<Option<Fault>>,
    /// The passwords that were handed in.
    pub passwords: Mutex<Vec<String>>,
    /// The numbers and codes that were handed in.
    pub answers: Mutex<Vec<String>>,
    /// How each login was asked for.
    pub begun: Mutex<Vec<Begin>>,
    /// The login that was asked for last.
    pub latest: Mutex<Option<LoginId>>,
    /// Why another one would fail.
    pub refusal: Mutex<Option<Failure>>,
}

impl Logins {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            policy: Policy::default(),
            all: Mutex::default(),
            fault: Mutex::default(),
            passwords: Mutex::default(),
            answers: Mutex::default(),
            begun: Mutex::default(),
            latest: Mutex::default(),
            refusal: Mutex::default(),
        }
    }

    /// Stores a login as it is.
    pub fn put(&self, login: Login) -> LoginId {
        let id = login.id;
        self.all.lock().unwrap().insert(id, watch::channel(login).0);
        id
    }

    /// How many listen to a login.
    pub fn watchers(&self, id: LoginId) -> usize {
        self.all.lock().unwrap()[&id].receiver_count()
    }

    /// A login that has just begun.
    pub fn start(&self, owner: &Owner) -> LoginId {
        self.put(self.fresh(owner))
    }

    /// A login by phone number that has just begun.
    pub fn start_by_phone(&self, owner: &Owner) -> LoginId {
        self.put(self.fresh_by(owner, Method::Phone))
    }

    pub fn fresh(&self, owner: &Owner) -> Login {
        self.fresh_by(owner, Method::Qr)
    }

    /// A login by this way that has just begun.
    pub fn fresh_by(&self, owner: &Owner, method: Method) -> Login {
        let now = self.clock.now();
        let id = LoginId::generate(&SystemEntropy, now);
        Login::begin(
            id,
            owner.clone(),
            method,
            super::device(),
            &self.policy,
            now,
        )
    }

    /// Lets something happen to a login.
    pub fn feed(&self, id: LoginId, event: impl Into<Event>) -> Login {
        let event = event.into();
        let logins = self.all.lock().unwrap();
        let sender = &logins[&id];
        sender.send_modify(|login| {
            *login = login.clone().apply(event, &self.policy, self.clock.now()).0;
        });
        sender.borrow().clone()
    }

    pub fn get(&self, id: LoginId) -> Login {
        self.all.lock().unwrap()[&id].borrow().clone()
    }

    /// Shows a token, as if Telegram had given it.
    pub fn show(&self, id: LoginId, token: &[u8]) -> Login {
        let owner = self.get(id).owner;
        let token = seal(&Binding::login(&owner, id, Purpose::QrToken), token);
        let expires_at = self.clock.now() + TimeDelta::seconds(30);
        self.feed(id, QrEvent::TokenExported { token, expires_at })
    }

    /// A number was given, and a code sent to it in this way.
    pub fn send_code(&self, id: LoginId, way: CodeWay, detail: Option<&str>) -> Login {
        self.feed(id, Event::AnswerSubmitted(AnswerKind::Number));
        let owner = self.get(id).owner;
        let shown = CodeShown {
            number_ends: "67".to_owned(),
            digits: (!way.is_words()).then_some(5),
            detail: detail.map(str::to_owned),
        };
        let sealed = |purpose, bytes: &[u8]| seal(&Binding::login(&owner, id, purpose), bytes);
        self.feed(
            id,
            Event::CodeSent(CodeSent {
                handle: sealed(Purpose::CodeSent, b"+4915112345667 hash"),
                shown: sealed(Purpose::CodeShown, &shown.to_bytes()),
                way,
                next: (way == CodeWay::App).then_some(CodeWay::Sms),
                again_at: self.clock.now() + TimeDelta::seconds(60),
            }),
        )
    }

    /// Asks for the password.
    pub fn ask_password(&self, id: LoginId, hint: Option<&str>) -> Login {
        let owner = self.get(id).owner;
        let binding = Binding::login(&owner, id, Purpose::PasswordHint);
        let hint: Option<Sealed> = hint.map(|hint| seal(&binding, hint.as_bytes()));
        self.feed(id, Event::PasswordAsked { hint })
    }

    /// How many people listen to a login now.
    pub fn listeners(&self, id: LoginId) -> usize {
        self.all.lock().unwrap()[&id].receiver_count()
    }

    fn of(&self, owner: &Owner, id: LoginId) -> Result<Login, ServiceError> {
        let logins = self.all.lock().unwrap();
        let login = logins
            .get(&id)
            .ok_or(ServiceError::NotFound)?
            .borrow()
            .clone();
        if login.owner == *owner {
            Ok(login)
        } else {
            Err(ServiceError::NotFound)
        }
    }

    fn fault(&self) -> Result<(), ServiceError> {
        let fault = *self.fault.lock().unwrap();
        Fault::answer(fault)
    }
}

#[async_trait]
impl LoginService for Logins {
    async fn begin(&self, owner: &Owner, begin: Begin) -> Result<Begun, ServiceError> {
        self.fault()?;
        self.begun.lock().unwrap().push(begin);
        if let Some(running) = self.running(owner).await? {
            if !begin.anew {
                return Ok(Begun::Existing(running));
            }
            self.feed(running.id, Event::NewerBegan);
        }
        let method = begin.method.unwrap_or(Method::Qr);
        let id = self.put(self.fresh_by(owner, method));
        *self.latest.lock().unwrap() = Some(id);
        Ok(Begun::Created(self.get(id)))
    }

    async fn refusal(&self, _: &Owner) -> Result<Option<Failure>, ServiceError> {
        self.fault()?;
        Ok(*self.refusal.lock().unwrap())
    }

    async fn find(&self, owner: &Owner, id: LoginId) -> Result<Login, ServiceError> {
        self.fault()?;
        self.of(owner, id)
    }

    async fn running(&self, owner: &Owner) -> Result<Option<Login>, ServiceError> {
        self.fault()?;
        let logins = self.all.lock().unwrap();
        let mut all = logins.values().map(|sender| sender.borrow().clone());
        Ok(all.find(|login| login.owner == *owner && !login.is_over()))
    }

    async fn watch(&self, owner: &Owner, id: LoginId) -> Result<LoginUpdates, ServiceError> {
        self.fault()?;
        self.of(owner, id)?;
        let receiver = self.all.lock().unwrap()[&id].subscribe();
        let updates = WatchStream::new(receiver);
        let until_over = futures::stream::unfold(Some(updates), |updates| async {
            let mut updates = updates?;
            let login = updates.next().await?;
            let over = login.is_over();
            Some((Ok(login), (!over).then_some(updates)))
        });
        Ok(until_over.boxed())
    }

    async fn submit(
        &self,
        owner: &Owner,
        id: LoginId,
        answer: Answer,
    ) -> Result<Login, ServiceError> {
        self.fault()?;
        let login = self.of(owner, id)?;
        let kind = answer.kind();
        let is_asked = |asked: &Proving| match asked {
            Proving::Required(question) => question.takes(kind, self.clock.now()),
            Proving::Checking(_) => false,
        };
        match &login.state {
            State::Proving(asked) if is_asked(asked) => {}
            _ => return Err(ServiceError::WrongState),
        }
        let list = match kind {
            AnswerKind::Password => &self.passwords,
            _ => &self.answers,
        };
        if let Answer::Number(said) | Answer::Code(said) | Answer::Password(said) = answer {
            list.lock().unwrap().push(said.expose_secret().to_owned());
        }
        Ok(self.feed(id, Event::AnswerSubmitted(kind)))
    }

    async fn cancel(&self, owner: &Owner, id: LoginId) -> Result<Login, ServiceError> {
        self.fault()?;
        self.of(owner, id)?;
        Ok(self.feed(id, Event::CancelAsked))
    }
}

/// Accounts in a list.
pub struct Accounts {
    people: Arc<PeopleStore>,
    once: Arc<OnceStore>,
    clock: Arc<dyn Clock>,
    pub all: Mutex<Vec<Account>>,
    /// What the next check finds; `None`: nothing new.
    pub found: Mutex<Option<Health>>,
    /// What the next receipts say about how long the rest is kept.
    pub kept_until: Mutex<(Option<Timestamp>, Option<Timestamp>)>,
    /// How often one was looked at because it was shown.
    pub looks: Mutex<u32>,
    pub fault: Mutex<Option<Fault>>,
}

impl Accounts {
    pub fn new(people: Arc<PeopleStore>, once: Arc<OnceStore>, clock: Arc<dyn Clock>) -> Self {
        Self {
            people,
            once,
            clock,
            all: Mutex::default(),
            found: Mutex::default(),
            kept_until: Mutex::default(),
            looks: Mutex::default(),
            fault: Mutex::default(),
        }
    }

    pub fn put(&self, account: Account) -> AccountId {
        let id = account.id;
        self.all.lock().unwrap().push(account);
        id
    }
}

#[async_trait]
impl AccountService for Accounts {
    async fn linked(&self, owner: &Owner) -> Result<Option<Account>, ServiceError> {
        let all = self.all.lock().unwrap();
        Ok(all.iter().find(|account| account.owner == *owner).cloned())
    }

    async fn check(&self, owner: &Owner, id: AccountId) -> Result<Account, ServiceError> {
        let mut all = self.all.lock().unwrap();
        let found = all.iter_mut().find(|it| it.owner == *owner && it.id == id);
        let found = found.ok_or(ServiceError::NotFound)?;
        Fault::answer(*self.fault.lock().unwrap())?;
        let now = self.clock.now();
        let health = self.found.lock().unwrap().unwrap_or(found.health);
        (found.health, found.checked_at) = (health, now);
        Ok(found.clone())
    }

    async fn look(&self, owner: &Owner, id: AccountId) -> Result<Account, ServiceError> {
        *self.looks.lock().unwrap() += 1;
        self.check(owner, id).await
    }

    async fn unlink(&self, owner: &Owner, id: AccountId, actor: Actor) -> Result<(), ServiceError> {
        assert_eq!(actor, Actor::Owner, "the web acts for owners only");
        let mut all = self.all.lock().unwrap();
        let before = all.len();
        all.retain(|account| !(account.id == id && account.owner == *owner));
        if all.len() == before {
            return Err(ServiceError::NotFound);
        }
        Ok(())
    }

    async fn unlink_in_app(&self, owner: &Owner, id: AccountId) -> Result<(), ServiceError> {
        self.unlink(owner, id, Actor::Owner).await
    }

    async fn erase(&self, owner: &Owner, actor: Actor) -> Result<Receipt, ServiceError> {
        assert_eq!(actor, Actor::Owner, "the web acts for owners only");
        let fault = *self.fault.lock().unwrap();
        Fault::answer(fault)?;
        let mut all = self.all.lock().unwrap();
        let before = all.len();
        all.retain(|account| account.owner != *owner);
        self.people.forget(owner);
        self.once.revoke(owner, self.clock.now());
        let (audit_until, backups_until) = *self.kept_until.lock().unwrap();
        Ok(Receipt {
            id: Uuid::now_v7(),
            at: super::noon(),
            accounts: (before - all.len()) as u64,
            logins: 1,
            audit_until,
            backups_until,
        })
    }
}
