//! The calls to Telegram that a login makes, and what their answers mean to it.

use std::sync::Arc;

use chrono::TimeDelta;
use grammers_tl_types::{enums, functions, types};
use secrecy::SecretString;
use sesame_domain::account::Profile;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ids::{LoginId, Owner, PersonId};
use sesame_domain::login::{CallFailure, Event, MigrationToken};
use sesame_domain::ports::VaultError;
use sesame_domain::reason::Reason;
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use sesame_domain::time::Timestamp;
use zeroize::Zeroizing;

use crate::application::export_request;
use crate::connection::Caller;
use crate::gate::{CallPolicy, TelegramError};
use crate::me::{first_user, note_progress, profile_of, whoami};
use crate::node::{Node, access};
use crate::session::UserSession;

use super::password::{ProofError, SafeGroups, proof};

/// Bounds for the life of a token: what lies outside comes from a clock that
/// is wrong, ours or theirs.
const TOKEN_LIFE_MIN: TimeDelta = TimeDelta::seconds(2);
const TOKEN_LIFE_MAX: TimeDelta = TimeDelta::seconds(60);

/// What came of a call.
pub(super) enum Outcome {
    /// Something the login understands.
    Event(Event),
    /// There is a session to begin with.
    Opened(Arc<UserSession>),
    /// The key for the other data centre is agreed: it must be stored before
    /// the token is shown there.
    MoveReady { dc: i32, token: MigrationToken },
    /// The move that a driver before this one was about to make was not made.
    NotMoved,
    /// The password was wrong; the hint as it is now.
    Rejected { hint: Option<Sealed> },
    /// Telegram still wants a password.
    StillAsked,
    /// Telegram says whose account this is.
    Identified { person: PersonId, profile: Profile },
}

/// What a call gives; sealing can fail too.
pub(super) type Answer = Result<Outcome, VaultError>;

/// Gets the data centres for a new session.
pub(super) async fn fresh_session(node: Arc<Node>) -> Answer {
    let fresh = node.ports.data_centres.fresh();
    let table = tokio::time::timeout(node.settings.call_limit, fresh).await;
    Ok(match table {
        Ok(Ok(table)) => Outcome::Opened(Arc::new(UserSession::new(table.into_credentials()))),
        Ok(Err(error)) => {
            tracing::warn!(error = %Reason::of(&error), "no data centres for a new login");
            failed_by(CallFailure::Unavailable)
        }
        Err(_) => failed_by(CallFailure::Unavailable),
    })
}

/// Makes a login's calls.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) node: Arc<Node>,
    pub(super) safe_groups: Arc<SafeGroups>,
    pub(super) caller: Caller,
    pub(super) owner: Owner,
    pub(super) login: LoginId,
}

impl Asker {
    /// Asks for a token, or for what became of the last one.
    pub(super) async fn export(self) -> Answer {
        let request = export_request(&self.node.settings);
        let answer = self
            .node
            .gate
            .call(&self.caller, &request, CallPolicy::INTERACTIVE)
            .await;
        self.token(answer).await
    }

    /// Agrees on a key with the data centre that the login moves to.
    pub(super) async fn prepare_move(self, dc: i32, token: MigrationToken) -> Answer {
        let request = functions::help::GetConfig {};
        let gate = &self.node.gate;
        let answer = gate.call_in(&self.caller, dc, &request, CallPolicy::INTERACTIVE);
        Ok(match answer.await {
            Ok(_) => Outcome::MoveReady { dc, token },
            Err(error) => self.failed("help.getConfig", &error),
        })
    }

    /// Shows the token in the other data centre; from then on it is home.
    pub(super) async fn import(self, dc: i32, token: MigrationToken) -> Answer {
        let request = functions::auth::ImportLoginToken {
            token: token.0.to_vec(),
        };
        let policy = CallPolicy::INTERACTIVE.settling();
        let gate = &self.node.gate;
        let answer = gate.call_in(&self.caller, dc, &request, policy).await;
        if matches!(answer, Ok(_) | Err(TelegramError::PasswordNeeded)) {
            self.moved_to(dc);
        }
        // The token died on the way; the old home gives another.
        if matches!(&answer, Err(error) if is_stale_token(error)) {
            return Ok(failed_by(CallFailure::Unavailable));
        }
        self.token(answer).await
    }

    /// Asks for a token, unless the move to that data centre was made after
    /// all: its answer may have been lost, and no one can make it twice.
    pub(super) async fn export_unless_moved(self, dc: i32) -> Answer {
        match self.clone().probe(dc).await? {
            Outcome::NotMoved => self.export().await,
            moved => Ok(moved),
        }
    }

    /// Whether a driver before this one made the move to this data centre.
    pub(super) async fn probe(self, dc: i32) -> Answer {
        let gate = &self.node.gate;
        let request = whoami();
        let answer = gate.call_in(&self.caller, dc, &request, CallPolicy::INTERACTIVE);
        match answer.await {
            Ok(_) => {
                self.moved_to(dc);
                Ok(Outcome::Event(Event::SignedIn))
            }
            Err(TelegramError::PasswordNeeded) => {
                self.moved_to(dc);
                self.password_asked().await
            }
            Err(_) => Ok(Outcome::NotMoved),
        }
    }

    /// Proves the password. Each try asks for fresh parameters, and none is
    /// repeated unless Telegram says that it was not looked at.
    pub(super) async fn check_password(self, password: SecretString) -> Answer {
        let mut refetched = false;
        loop {
            let tried = match self.password_question().await {
                Ok(question) => self.try_password(&question, &password).await,
                Err(error) => Err(error),
            };
            let error = match tried {
                Ok(outcome) => return Ok(outcome),
                Err(error) => error,
            };
            if error.is("PASSWORD_HASH_INVALID") {
                return self.rejected().await;
            }
            let unseen = error.is("SRP_ID_INVALID") || error.is("SRP_PASSWORD_CHANGED");
            if !unseen || refetched {
                return Ok(self.failed("auth.checkPassword", &error));
            }
            refetched = true;
        }
    }

    /// The password was wrong. Perhaps since it was changed meanwhile, and the
    /// hint with it.
    async fn rejected(&self) -> Answer {
        match self.password_question().await {
            Ok(question) if question.has_password => {
                let hint = self.hint(question).await?;
                Ok(Outcome::Rejected { hint })
            }
            Ok(_) => Ok(self.without_password().await),
            Err(_) => Ok(Outcome::Event(Event::PasswordRejected)),
        }
    }

    async fn try_password(
        &self,
        question: &types::account::Password,
        password: &SecretString,
    ) -> Result<Outcome, TelegramError> {
        let mut random = [0; 256];
        self.node.ports.entropy.fill(&mut random);
        let safe_groups = Arc::clone(&self.safe_groups);
        let (question, password) = (question.clone(), password.clone());
        let work = move || proof(&question, &password, random, &safe_groups);
        let password = match self.node.tracker.spawn_blocking(work).await {
            Ok(Ok(proof)) => proof,
            Ok(Err(ProofError::NoPassword)) => return Ok(self.without_password().await),
            Ok(Err(error @ ProofError::Parameters)) => {
                tracing::error!(error = %Reason::of(&error), login.id = %self.login, "a password cannot be checked");
                return Ok(failed_by(CallFailure::Unexpected));
            }
            Err(_) => return Ok(failed_by(CallFailure::Unexpected)),
        };
        let request = functions::auth::CheckPassword { password };
        let policy = CallPolicy::INTERACTIVE.once();
        self.node.gate.call(&self.caller, &request, policy).await?;
        Ok(Outcome::Event(Event::SignedIn))
    }

    /// Asks whose account this is, and from where updates go on.
    pub(super) async fn identify(self) -> Answer {
        let gate = &self.node.gate;
        let policy = CallPolicy::INTERACTIVE.settling();
        let answer = gate.call(&self.caller, &whoami(), policy).await;
        let user = match answer.map(first_user) {
            Ok(Some(user)) => user,
            Ok(None) => return Ok(self.failed("users.getUsers", &TelegramError::Garbled)),
            Err(TelegramError::PasswordNeeded) => return self.password_asked().await,
            Err(error) => return Ok(self.failed("users.getUsers", &error)),
        };
        self.caller.session().set_me(user.id);
        note_progress(&self.node, &self.caller).await;
        Ok(Outcome::Identified {
            person: PersonId(user.id),
            profile: profile_of(user),
        })
    }

    fn moved_to(&self, dc: i32) {
        let old = self.caller.home();
        self.caller.session().set_home(dc);
        if old != dc {
            self.caller.leave_dc(old);
        }
    }

    /// What an answer about a token means; every way to it is treated alike.
    async fn token(&self, answer: Result<enums::auth::LoginToken, TelegramError>) -> Answer {
        use enums::auth::LoginToken;
        match answer {
            Ok(LoginToken::Token(token)) => self.show(token).await,
            Ok(LoginToken::MigrateTo(moving)) => Ok(Outcome::Event(migration(moving))),
            Ok(LoginToken::Success(_)) => Ok(Outcome::Event(Event::SignedIn)),
            Err(TelegramError::PasswordNeeded) => self.password_asked().await,
            Err(error) => Ok(self.failed("auth.exportLoginToken", &error)),
        }
    }

    async fn show(&self, token: types::auth::LoginToken) -> Answer {
        let secret = Zeroizing::new(token.token);
        let expires_at = expiry(token.expires, self.node.now());
        let token = self.seal(Purpose::QrToken, &secret).await?;
        Ok(Outcome::Event(Event::TokenExported { token, expires_at }))
    }

    async fn password_asked(&self) -> Answer {
        let question = match self.password_question().await {
            Ok(question) => question,
            Err(error) => return Ok(self.failed("account.getPassword", &error)),
        };
        if !question.has_password {
            return Ok(self.without_password().await);
        }
        let hint = self.hint(question).await?;
        Ok(Outcome::Event(Event::PasswordAsked { hint }))
    }

    /// Whether the password that is asked for was removed meanwhile. Whatever
    /// else comes of it, the next look or the person's answer will show.
    pub(super) async fn look_for_password(self) -> Answer {
        // No flood is slept through: a password may be sent meanwhile.
        match self.password_question_as(CallPolicy::IMPATIENT).await {
            Ok(question) if !question.has_password => Ok(self.without_password().await),
            Ok(_) | Err(_) => Ok(Outcome::StillAsked),
        }
    }

    /// The password that Telegram asked for is gone: asking for a token shows
    /// whether it lets us in now. It may also want everything from the start;
    /// then the login is over, since no one would know why it shows a new code.
    async fn without_password(&self) -> Outcome {
        use enums::auth::LoginToken;
        let request = export_request(&self.node.settings);
        let policy = CallPolicy::INTERACTIVE.settling();
        match self.node.gate.call(&self.caller, &request, policy).await {
            Ok(LoginToken::Success(_)) => Outcome::Event(Event::SignedIn),
            Ok(LoginToken::MigrateTo(moving)) => Outcome::Event(migration(moving)),
            Ok(LoginToken::Token(_))
            | Err(
                TelegramError::PasswordNeeded
                | TelegramError::Unregistered
                | TelegramError::Refused { .. },
            ) => failed_by(CallFailure::PasswordRemoved),
            Err(error) => self.failed("auth.exportLoginToken", &error),
        }
    }

    /// The hint, sealed; `None`: there is none.
    async fn hint(&self, question: types::account::Password) -> Result<Option<Sealed>, VaultError> {
        let hint = Zeroizing::new(question.hint.unwrap_or_default().into_bytes());
        if hint.is_empty() {
            return Ok(None);
        }
        self.seal(Purpose::PasswordHint, &hint).await.map(Some)
    }

    async fn password_question(&self) -> Result<types::account::Password, TelegramError> {
        let policy = CallPolicy::INTERACTIVE.settling();
        self.password_question_as(policy).await
    }

    async fn password_question_as(
        &self,
        policy: CallPolicy,
    ) -> Result<types::account::Password, TelegramError> {
        let request = functions::account::GetPassword {};
        let answer = self.node.gate.call(&self.caller, &request, policy).await?;
        let enums::account::Password::Password(question) = answer;
        Ok(question)
    }

    async fn seal(&self, purpose: Purpose, secret: &[u8]) -> Result<Sealed, VaultError> {
        let binding = Binding::login(&self.owner, self.login, purpose);
        let access = access("login", AccessPurpose::Shown);
        let vault = &self.node.ports.vault;
        vault.seal(&binding, secret, &access).await
    }

    fn failed(&self, method: &'static str, error: &TelegramError) -> Outcome {
        let what = error.failure();
        if what == CallFailure::Unexpected {
            tracing::error!(method, error = %Reason::of(error), login.id = %self.login, "an unexpected answer");
        }
        failed_by(what)
    }
}

fn migration(moving: types::auth::LoginTokenMigrateTo) -> Event {
    Event::MigrationAsked {
        dc: moving.dc_id,
        token: MigrationToken(Zeroizing::new(moving.token)),
    }
}

fn is_stale_token(error: &TelegramError) -> bool {
    error.is("AUTH_TOKEN_EXPIRED") || error.is("AUTH_TOKEN_INVALID")
}

fn expiry(expires: i32, now: Timestamp) -> Timestamp {
    Timestamp::from_timestamp(expires.into(), 0)
        .unwrap_or(now)
        .clamp(now + TOKEN_LIFE_MIN, now + TOKEN_LIFE_MAX)
}

fn failed_by(failure: CallFailure) -> Outcome {
    Outcome::Event(Event::CallFailed(failure))
}
