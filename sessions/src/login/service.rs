//! The service by which people begin, watch and cancel logins.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, Actor, AuditEntry, AuditReason};
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::login::{Ending, Failure, Login, Method};
use sesame_domain::ports::{
    Answer, Begin, Begun, Intent, LoginAttempts, LoginService, LoginUpdates, ServiceError,
    StoreError, Topic,
};
use sesame_domain::reason::Reason;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tracing::Span;

use crate::metrics;
use crate::node::Node;
use crate::pool::{Pool, check};

use super::command::Command;
use super::drivers::Drivers;
use super::ended::{reason_of, with_outcome};
use super::ending::end;
use super::watch::{find, watch};

/// How long a person waits for another node to hand a login over, and how
/// often it is looked whether it has.
const HAND_OVER: Duration = Duration::from_secs(5);
const HAND_OVER_STEP: Duration = Duration::from_millis(100);
/// How long a person waits to hear whether their account is linked and alive.
const ALIVE: Duration = Duration::from_secs(3);

/// The service for logins.
pub(crate) struct Service {
    drivers: Arc<Drivers>,
    pool: Arc<Pool>,
}

#[async_trait]
impl LoginService for Service {
    async fn begin(&self, owner: &Owner, begin: Begin) -> Result<Begun, ServiceError> {
        if self.node().stop.is_cancelled() {
            return Err(ServiceError::Busy);
        }
        let method = begin.method.unwrap_or(Method::Qr);
        if method == Method::Phone && !self.node().settings.phone_login {
            return Err(ServiceError::MethodOff);
        }
        if let Some(running) = self.running(owner).await? {
            let is_other = begin.method.is_some_and(|method| method != running.method);
            if !begin.anew && !is_other {
                return Ok(Begun::Existing(running));
            }
            // What is refused does not end what runs.
            if let Some(failure) = self.refusal(owner).await? {
                return self.refuse(owner, method, failure).await;
            }
            end(&self.drivers, owner, running.id, Intent::Supersede).await?;
        }
        if !begin.relink
            && let Some(account) = self.linked_and_alive(owner).await?
        {
            return self.already_linked(owner, method, &account).await;
        }
        self.start(owner, method).await
    }

    async fn refusal(&self, owner: &Owner) -> Result<Option<Failure>, ServiceError> {
        let (budget, now) = (self.node().settings.budget, self.node().now());
        let spent = self.attempts().spent_until(owner, budget, now).await?;
        Ok(spent.map(|until| Failure::LoginBudget { until }))
    }

    async fn find(&self, owner: &Owner, id: LoginId) -> Result<Login, ServiceError> {
        find(self.node(), owner, id).await
    }

    async fn running(&self, owner: &Owner) -> Result<Option<Login>, ServiceError> {
        Ok(self.node().ports.logins.running(owner).await?)
    }

    async fn watch(&self, owner: &Owner, id: LoginId) -> Result<LoginUpdates, ServiceError> {
        watch(self.node(), owner, id).await
    }

    async fn submit(
        &self,
        owner: &Owner,
        id: LoginId,
        answer: Answer,
    ) -> Result<Login, ServiceError> {
        let login = find(self.node(), owner, id).await?;
        let question = login.state.question();
        let now = self.node().now();
        let is_asked = question.is_some_and(|question| question.takes(answer.kind(), now));
        if !is_asked || login.state.is_checking() {
            return Err(ServiceError::WrongState);
        }
        let deadline = Instant::now() + HAND_OVER;
        while Instant::now() < deadline && !self.node().stop.is_cancelled() {
            let Some(driver) = self.drivers.get_or_adopt(id, Span::current().id()).await? else {
                // The answer does not leave this node: the login comes here.
                self.node().publish(Topic::HandOver(id)).await;
                tokio::time::sleep(HAND_OVER_STEP).await;
                continue;
            };
            match hand_to(&driver, &answer, deadline).await {
                Handed::Taken(login) => return Ok(*login),
                Handed::Refused => return Err(ServiceError::WrongState),
                // It was just leaving.
                Handed::Gone => tokio::time::sleep(HAND_OVER_STEP).await,
            }
        }
        Err(ServiceError::Busy)
    }

    async fn cancel(&self, owner: &Owner, id: LoginId) -> Result<Login, ServiceError> {
        let login = find(self.node(), owner, id).await?;
        if login.is_over() {
            return Ok(login);
        }
        end(&self.drivers, owner, id, Intent::Cancel).await
    }
}

impl Service {
    /// Logins by these drivers, of people whose sessions are in this pool.
    pub(crate) fn new(drivers: Arc<Drivers>, pool: Arc<Pool>) -> Self {
        Self { drivers, pool }
    }

    fn node(&self) -> &Arc<Node> {
        &self.drivers.node
    }

    fn attempts(&self) -> &dyn LoginAttempts {
        self.node().ports.login_attempts.as_ref()
    }

    fn new_login(&self, owner: &Owner, method: Method) -> Login {
        let node = self.node();
        let now = node.now();
        Login::begin(
            LoginId::generate(node.ports.entropy.as_ref(), now),
            owner.clone(),
            method,
            node.settings.device.clone(),
            &node.settings.policy,
            now,
        )
    }

    fn entry(&self, login: &Login, action: Action, reason: AuditReason) -> AuditEntry {
        let subject = login.id.as_uuid();
        self.node()
            .audit_entry(&login.owner, subject, Actor::Owner, action, reason)
    }

    /// Stores a login that is over before it began.
    async fn store_ended(&self, login: &Login, ending: Ending) -> Result<(), StoreError> {
        let entry = self.entry(login, Action::LoginEnded, reason_of(ending));
        let audit = with_outcome(entry, ending);
        self.node().ports.logins.begin(login, audit).await.map(drop)
    }

    async fn start(&self, owner: &Owner, method: Method) -> Result<Begun, ServiceError> {
        let login = self.new_login(owner, method);
        let budget = self.node().settings.budget;
        // Before it is begun: one that is counted in vain costs its owner one,
        // one that is not counted might cost them their number.
        let taken = self
            .attempts()
            .take(login.id, owner, budget, login.created_at);
        if let Some(until) = taken.await? {
            let failure = Failure::LoginBudget { until };
            return self.refuse(owner, method, failure).await;
        }
        let audit = self.entry(&login, Action::LoginBegan, AuditReason::AskedFor);
        if let Some(other) = self.node().ports.logins.begin(&login, audit).await? {
            self.attempts().give_back(login.id).await?;
            return Ok(Begun::Existing(other));
        }
        metrics::login_started(owner);
        // If this fails, or another node was faster, the login has its driver
        // a little later.
        if let Err(error) = self.drivers.adopt(login.id, Span::current().id()).await {
            tracing::warn!(error = %Reason::of(&error), login.id = %login.id, "a new login waits for a driver");
        }
        Ok(Begun::Created(login))
    }

    /// The login is over before it began.
    async fn refuse(
        &self,
        owner: &Owner,
        method: Method,
        failure: Failure,
    ) -> Result<Begun, ServiceError> {
        metrics::login_failed(owner, failure);
        let ending = Ending::Failed(failure);
        let login = self.new_login(owner, method).ended(ending);
        self.store_ended(&login, ending).await?;
        Ok(Begun::Created(login))
    }

    /// The owner's account, if it is linked and as far as is known alive.
    async fn linked_and_alive(&self, owner: &Owner) -> Result<Option<Account>, ServiceError> {
        let account = self.node().ports.accounts.of(owner).await?;
        let Some(account) = account.filter(|account| account.health.is_alive()) else {
            return Ok(None);
        };
        let checked = tokio::time::timeout(ALIVE, check(&self.pool, &account)).await;
        match checked {
            Ok(Ok(checked)) => Ok(Some(checked).filter(|account| account.health.is_alive())),
            // What cannot be checked now is believed.
            Ok(Err(ServiceError::Busy)) | Err(_) => Ok(Some(account)),
            // It was unlinked meanwhile.
            Ok(Err(ServiceError::NotFound)) => Ok(None),
            Ok(Err(error)) => Err(error),
        }
    }

    async fn already_linked(
        &self,
        owner: &Owner,
        method: Method,
        account: &Account,
    ) -> Result<Begun, ServiceError> {
        let ending = Ending::Authorized {
            account: account.id,
        };
        let login = self.new_login(owner, method).ended(ending);
        self.store_ended(&login, ending).await?;
        metrics::session_reused(owner);
        Ok(Begun::Existing(login))
    }
}

/// What became of an answer that was handed to a driver.
enum Handed {
    Taken(Box<Login>),
    Refused,
    Gone,
}

async fn hand_to(driver: &mpsc::Sender<Command>, answer: &Answer, deadline: Instant) -> Handed {
    let (reply, taken) = oneshot::channel();
    let command = Command::Answer {
        answer: answer.clone(),
        reply,
    };
    if driver.try_send(command).is_err() {
        return Handed::Gone;
    }
    match tokio::time::timeout_at(deadline, taken).await {
        Ok(Ok(Some(login))) => Handed::Taken(Box::new(login)),
        Ok(Ok(None)) => Handed::Refused,
        Ok(Err(_)) | Err(_) => Handed::Gone,
    }
}
