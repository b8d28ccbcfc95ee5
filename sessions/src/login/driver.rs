//! The driver: carries a login from its start, or from where another driver
//! left it, to its end.
//!
//! One event at a time goes into the state machine; what comes out is stored
//! before it is acted on. At most one call to Telegram is under way, and the
//! driver hears everything else meanwhile.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt as _, TryFutureExt as _};
use sesame_domain::account::Profile;
use sesame_domain::held_lease::Hold;
use sesame_domain::ids::{Fence, LoginId, PersonId};
use sesame_domain::login::{CallFailure, CodeSent, Event, Login, Proving, Rejection, State};
use sesame_domain::ports::{
    Answer as PersonsAnswer, Intent, StoreError, Topic, VaultError, WakeUps,
};
use sesame_domain::reason::Reason;
use sesame_domain::sealed::Sealed;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use crate::connection::{Caller, Connection};
use crate::lease::KeptLease;
use crate::node::Node;
use crate::session::UserSession;
use crate::subject::Subject;
use crate::update::Update;

use super::call::Call;
use super::calls::{Answer, Outcome};
use super::cleanup_time::CleanUpTime;
use super::command::Command;
use super::counter::LoginCounter;
use super::password::SafeGroups;
use super::ways::{Way, event_of, listening_again};

/// How often the database is asked for intents whose wake-up was lost, and
/// Telegram whether it still wants a password.
const LOOK_FOR_WISHES: Duration = Duration::from_secs(10);
/// When it is asked first: an intent may have come just before anyone listened.
pub(super) const FIRST_LOOK: Duration = Duration::from_secs(1);
/// A connection that breaks again so soon is not made again at once.
const BROKEN_AGAIN: Duration = Duration::from_secs(2);

/// Why a driver stopped before the login was over.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stopped {
    /// Another driver has the login now. Nothing may be written.
    #[error("the lease was lost")]
    LeaseLost,
    /// The node stops, or another node wants the login.
    #[error("parked")]
    Parked,
    /// Storage failed; someone tries again later.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Custody failed; likewise.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// What a driver listens to besides Telegram.
pub(super) struct Listening {
    pub(super) inbox: mpsc::Receiver<Command>,
    pub(super) intents: WakeUps,
    pub(super) hand_overs: WakeUps,
}

/// What a driver hears.
enum Heard {
    Stop,
    Command(Command),
    Intent,
    HandOver,
    Answer(Answer),
    Update(Option<Update>),
    Due,
}

/// A call under way.
pub(super) struct Running {
    /// Whether it only asks again for what is shown.
    pub(super) is_renewal: bool,
    pub(super) answer: AbortOnDropHandle<Answer>,
}

/// Carries a login to its end.
pub(super) struct Driver {
    pub(super) node: Arc<Node>,
    pub(super) safe_groups: Arc<SafeGroups>,
    /// Until when the lease is surely held, under which all of this is done.
    pub(super) hold: Hold,
    pub(super) login: Login,
    pub(super) fence: Fence,
    /// The half-signed-in session as it was stored, until it is opened.
    pub(super) sealed: Option<Sealed>,
    pub(super) session: Option<Arc<UserSession>>,
    /// Which version of the session is stored.
    pub(super) stored: Option<u64>,
    pub(super) connection: Option<Connection>,
    pub(super) running: Option<Running>,
    pub(super) wanted: Option<Call>,
    /// What the person answered, while it is checked.
    pub(super) answer: Option<PersonsAnswer>,
    /// A code that is not waited for any longer, until Telegram was told.
    pub(super) unused_code: Option<CodeSent>,
    pub(super) profile: Option<Profile>,
    /// Whose account it is, until that is stored.
    pub(super) identified: Option<PersonId>,
    pub(super) counter: LoginCounter,
    /// What was wanted of the login when it was claimed.
    pub(super) intent: Option<Intent>,
    pub(super) wishes_at: Instant,
    pub(super) closed_at: Option<Instant>,
    /// The way by which the person signs in.
    pub(super) way: Way,
    /// What is measured of the end, once there is one.
    pub(super) cleanup_time: Option<CleanUpTime>,
}

/// Drives a login under a lease until it is over or must be left.
pub(super) async fn run(
    node: &Arc<Node>,
    safe_groups: &Arc<SafeGroups>,
    id: LoginId,
    mut lease: KeptLease,
    inbox: mpsc::Receiver<Command>,
) {
    let claim = Driver::claim(node, safe_groups, id, lease.hold().clone());
    let claim = Box::pin(claim.map_err(Stopped::from));
    let mut driver = match kept(&mut lease, claim).await {
        Ok(driver) => driver,
        Err(error) => {
            tracing::warn!(error = %Reason::of(&error), login.id = %id, "a login could not be taken over");
            return lease.release().await;
        }
    };
    let tenant = driver.login.owner.tenant.as_str();
    tracing::Span::current().record("tenant", tenant);
    let work = Box::pin(driver.work(id, inbox));
    match kept(&mut lease, work).await {
        Ok(()) => {}
        Err(Stopped::Parked) => {
            let time = CleanUpTime::of_parking(node);
            let parked = lease.keep_while(Box::pin(driver.park())).await;
            driver.cleanup_time = parked.unwrap_or(false).then_some(time);
        }
        Err(Stopped::LeaseLost | Stopped::Store(StoreError::Fenced(_))) => {
            tracing::info!(login.id = %id, "another driver has the login");
        }
        Err(error) => {
            tracing::warn!(error = %Reason::of(&error), login.id = %id, "a login is left for another try");
        }
    }
    driver.leave(lease).await;
}

/// Does something under a lease, and breaks it off when that is lost.
async fn kept<T>(
    lease: &mut KeptLease,
    work: impl Future<Output = Result<T, Stopped>> + Unpin,
) -> Result<T, Stopped> {
    let done = lease.keep_while(work).await;
    done.unwrap_or(Err(Stopped::LeaseLost))
}

impl Driver {
    async fn work(&mut self, id: LoginId, inbox: mpsc::Receiver<Command>) -> Result<(), Stopped> {
        let signals = Arc::clone(&self.node.ports.signals);
        let mut listening = Listening {
            inbox,
            intents: signals.subscribe(Topic::Intent(id)).await?,
            hand_overs: signals.subscribe(Topic::HandOver(id)).await?,
        };
        if let Some(sealed) = self.sealed.take() {
            Box::pin(self.open(&sealed)).await?;
        }
        let was_over = self.login.is_over();
        if !was_over {
            Box::pin(self.take_over()).await?;
            self.drive(&mut listening).await?;
        }
        let time = CleanUpTime::of(&self.login, was_over);
        Box::pin(self.clean_up()).await?;
        // Otherwise it is tried again.
        self.cleanup_time = time.filter(|_| self.login.cleanup_at.is_none());
        Ok(())
    }

    async fn drive(&mut self, listening: &mut Listening) -> Result<(), Stopped> {
        loop {
            // A login waits most of its life: then there is no more of it than what
            // it waits for.
            Box::pin(self.advance()).await?;
            if self.login.is_over() {
                return Ok(());
            }
            let heard = self.hear(listening).await;
            Box::pin(self.handle(heard)).await?;
        }
    }

    async fn hear(&mut self, listening: &mut Listening) -> Heard {
        let due = self.until_due();
        let Self {
            node,
            connection,
            running,
            wishes_at,
            ..
        } = self;
        tokio::select! {
            biased;
            () = node.stop.cancelled() => Heard::Stop,
            () = tokio::time::sleep_until(*wishes_at) => Heard::Intent,
            Some(command) = listening.inbox.recv() => Heard::Command(command),
            Some(()) = listening.intents.next() => Heard::Intent,
            Some(()) = listening.hand_overs.next() => Heard::HandOver,
            answer = answered(running) => Heard::Answer(answer),
            update = next_update(connection) => Heard::Update(update),
            () = tokio::time::sleep(due) => Heard::Due,
        }
    }

    async fn handle(&mut self, heard: Heard) -> Result<(), Stopped> {
        match heard {
            Heard::Stop => Err(Stopped::Parked),
            Heard::Command(Command::Intent) | Heard::Intent => self.look_for_intent().await,
            Heard::Command(Command::Answer { answer, reply }) => {
                let taken = self.take_answer(answer).await?;
                // Who asked may be gone; the login says how it went.
                let _ = reply.send(taken);
                Ok(())
            }
            Heard::HandOver => {
                if self.login.state.is_checking() {
                    // Not cut off for the sake of another check.
                    return Ok(());
                }
                Err(Stopped::Parked)
            }
            Heard::Answer(answer) => {
                self.running = None;
                self.answered(answer?).await
            }
            Heard::Update(update) => self.learn(update).await,
            Heard::Due => {
                self.apply(Event::Tick).await?;
                // A renewal that is under way need not be begun again.
                if self.running.as_ref().is_some_and(|call| call.is_renewal)
                    && self.wanted.as_ref().is_some_and(Call::is_renewal)
                {
                    self.wanted = None;
                }
                Ok(())
            }
        }
    }

    async fn look_for_intent(&mut self) -> Result<(), Stopped> {
        self.wishes_at = Instant::now() + LOOK_FOR_WISHES;
        if let Some(intent) = self.node.ports.logins.intent(self.login.id).await? {
            return self.follow(intent).await;
        }
        self.look_for_password();
        Ok(())
    }

    /// Someone who forgot their password may remove it on the phone, and wait
    /// before our form.
    fn look_for_password(&mut self) {
        let idle = self.running.is_none() && self.wanted.is_none();
        if idle && Call::LookForPassword.fits(&self.login.state) {
            self.wanted = Some(Call::LookForPassword);
        }
    }

    pub(super) async fn follow(&mut self, intent: Intent) -> Result<(), Stopped> {
        self.apply(match intent {
            Intent::Cancel => Event::CancelAsked,
            Intent::Supersede => Event::NewerBegan,
        })
        .await
    }

    /// Takes the answer to what is asked; `None`: nothing of the kind is.
    async fn take_answer(&mut self, answer: PersonsAnswer) -> Result<Option<Login>, Stopped> {
        let is_asked = match &self.login.state {
            State::Proving(Proving::Required(question)) => {
                question.takes(answer.kind(), self.node.now())
            }
            State::Proving(Proving::Checking(_))
            | State::Asking(_)
            | State::Finishing(_)
            | State::Ended { .. } => false,
        };
        if !is_asked {
            return Ok(None);
        }
        let submitted = Event::AnswerSubmitted(answer.kind());
        self.answer = Some(answer);
        self.apply(submitted).await?;
        Ok(Some(self.login.clone()))
    }

    async fn answered(&mut self, outcome: Outcome) -> Result<(), Stopped> {
        match outcome {
            Outcome::Event(event) => {
                if matches!(event, Event::CallFailed(_)) {
                    // The login says when to try again.
                    self.wanted = None;
                }
                self.apply(event).await
            }
            Outcome::Opened(session) => {
                self.session = Some(session);
                Ok(())
            }
            Outcome::StoreThen(call) => {
                self.save(Vec::new(), Vec::new()).await?;
                self.wanted = Some(call);
                Ok(())
            }
            Outcome::PasswordGone => {
                self.wanted = Some(self.way.without_password());
                Ok(())
            }
            Outcome::Rejected { hint } => {
                let wrong = Event::AnswerRejected(Rejection::PasswordWrong);
                self.apply(wrong).await?;
                self.apply(Event::PasswordAsked { hint }).await
            }
            Outcome::StillAsked | Outcome::Done => Ok(()),
            Outcome::Identified { person, profile } => {
                self.profile = Some(profile);
                self.identified = Some(person);
                self.apply(Event::Identified { person }).await
            }
        }
    }

    async fn learn(&mut self, update: Option<Update>) -> Result<(), Stopped> {
        match update {
            Some(Update::Closed) => self.reconnect().await,
            Some(news @ (Update::LoginAccepted | Update::Other)) => {
                let asking = self.login.state.asking();
                match asking.and_then(|asking| event_of(asking, news)) {
                    Some(event) => self.apply(event).await,
                    None => Ok(()),
                }
            }
            None => {
                // The library gave up. The next call opens another connection.
                self.connection = None;
                self.reconnect().await
            }
        }
    }

    /// Nothing is heard over a closed connection: asking again makes another. A call under way notices by itself.
    async fn reconnect(&mut self) -> Result<(), Stopped> {
        let Some(call) = self.login.state.asking().and_then(listening_again) else {
            return Ok(());
        };
        if self.running.is_some() || self.login.retry.is_some() {
            return Ok(());
        }
        let now = Instant::now();
        let again = self
            .closed_at
            .replace(now)
            .is_some_and(|before| now < before + BROKEN_AGAIN);
        if again {
            return self
                .apply(Event::CallFailed(CallFailure::Unavailable))
                .await;
        }
        self.wanted = Some(call);
        Ok(())
    }

    fn subject(&self) -> Subject {
        Subject::Login {
            id: self.login.id,
            owner: self.login.owner.clone(),
        }
    }

    /// The way to Telegram, opened if need be; `None`: there is no session yet.
    pub(super) fn caller(&mut self) -> Option<Caller> {
        let session = self.session.clone()?;
        let usable = self.connection.take().filter(|open| !open.is_broken());
        let connection =
            usable.unwrap_or_else(|| self.node.connect(self.subject(), session, &self.hold));
        let caller = connection.caller().clone();
        self.connection = Some(connection);
        Some(caller)
    }

    pub(super) async fn disconnect(&mut self) {
        self.running = None;
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }

    /// Leaves the login for another driver, with everything stored; `false`: it
    /// could not be.
    async fn park(&mut self) -> bool {
        self.running = None;
        let unsaved = self
            .session
            .as_ref()
            .is_some_and(|session| self.stored != Some(session.version()));
        if unsaved
            && !self.login.is_over()
            && let Err(error) = self.save(Vec::new(), Vec::new()).await
        {
            tracing::warn!(error = %Reason::of(&error), login.id = %self.login.id, "a parked login was not stored");
            return false;
        }
        true
    }

    async fn leave(mut self, lease: KeptLease) {
        self.disconnect().await;
        self.give_back().await;
        lease.release().await;
        if let Some(time) = self.cleanup_time {
            time.is_over(&self.node, &self.login.owner);
        }
    }

    /// Lets the row say that no node drives the login, if one still has to: any
    /// other may be able to do what this one was not, and goes on at once with
    /// what this one leaves when it stops.
    async fn give_back(&mut self) {
        let is_done = self.login.is_over() && self.login.cleanup_at.is_none();
        if is_done {
            return;
        }
        let logins = &self.node.ports.logins;
        if let Err(error) = logins.release(self.login.id, self.fence).await {
            tracing::warn!(error = %Reason::of(&error), login.id = %self.login.id, "a login was not given back; only this node takes it up again");
        }
    }

    fn until_due(&self) -> Duration {
        let now = self.node.now();
        if self.login.is_dated_ahead(now) {
            return Duration::ZERO;
        }
        self.login
            .wake_at()
            .and_then(|at| (at - now).to_std().ok())
            .unwrap_or_default()
    }
}

/// The answer of the call under way; never, if there is none.
async fn answered(running: &mut Option<Running>) -> Answer {
    match running {
        Some(running) => match (&mut running.answer).await {
            Ok(answer) => answer,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // With the program; so does the driver.
                Err(_) => std::future::pending().await,
            },
        },
        None => std::future::pending().await,
    }
}

/// What Telegram says by itself; never anything without a connection.
async fn next_update(connection: &mut Option<Connection>) -> Option<Update> {
    match connection {
        Some(connection) => connection.next_update().await,
        None => std::future::pending().await,
    }
}
