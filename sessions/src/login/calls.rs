//! The calls to Telegram that a login makes, and what their answers mean to it.

use std::sync::Arc;

use grammers_tl_types::{enums, functions, types};
use secrecy::SecretString;
use sesame_domain::account::Profile;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ids::{LoginId, Owner, PersonId};
use sesame_domain::login::{CallFailure, Event, Failure, Rejection};
use sesame_domain::ports::VaultError;
use sesame_domain::reason::Reason;
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use zeroize::Zeroizing;

use crate::connection::Caller;
use crate::gate::{CallPolicy, FloodKind, TelegramError};
use crate::me::{first_user, note_progress, profile_of, whoami};
use crate::node::{Node, access};
use crate::session::UserSession;

use super::call::Call;
use super::password::{ProofError, SafeGroups, proof};

/// What came of a call.
pub(super) enum Outcome {
    /// Something the login understands.
    Event(Event),
    /// There is a session to begin with.
    Opened(Arc<UserSession>),
    /// What the session has learnt must be stored before this is called.
    StoreThen(Call),
    /// The password that is asked for is gone.
    PasswordGone,
    /// The password was wrong; the hint as it is now.
    Rejected { hint: Option<Sealed> },
    /// Telegram still wants a password.
    StillAsked,
    /// Nothing follows.
    Done,
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
            // If it is not known whether the password was looked at
            // (`TelegramError::Unanswered`), the login asks Telegram whether it is
            // signed in, before anyone types it again.
            let unseen = error.is("SRP_ID_INVALID") || error.is("SRP_PASSWORD_CHANGED");
            if !unseen || refetched {
                return Ok(self.not_signed_in("auth.checkPassword", &error));
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
            Ok(_) => Ok(Outcome::PasswordGone),
            Err(_) => Ok(Outcome::Event(Event::AnswerRejected(
                Rejection::PasswordWrong,
            ))),
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
            Ok(Err(ProofError::NoPassword)) => return Ok(Outcome::PasswordGone),
            Ok(Err(error @ ProofError::Parameters)) => {
                tracing::error!(error = %Reason::of(&error), login.id = %self.login, "a password cannot be checked");
                return Ok(failed_by(CallFailure::Failed(Failure::Internal)));
            }
            Err(_) => return Ok(failed_by(CallFailure::Failed(Failure::Internal))),
        };
        let request = functions::auth::CheckPassword { password };
        let policy = CallPolicy::INTERACTIVE;
        self.node.gate.call(&self.caller, &request, policy).await?;
        Ok(Outcome::Event(Event::SignedIn))
    }

    /// Asks whose account this is, and from where updates go on.
    pub(super) async fn identify(self) -> Answer {
        let gate = &self.node.gate;
        let policy = CallPolicy::INTERACTIVE.settling();
        let whoami = whoami();
        let (answer, ()) = tokio::join!(
            gate.call(&self.caller, &whoami, policy),
            note_progress(&self.node, &self.caller)
        );
        let user = match answer.map(first_user) {
            Ok(Some(user)) => user,
            Ok(None) => return Ok(self.failed("users.getUsers", &TelegramError::Garbled)),
            Err(TelegramError::PasswordNeeded) => return self.password_asked().await,
            Err(error) => return Ok(self.failed("users.getUsers", &error)),
        };
        self.caller.session().set_me(user.id);
        Ok(Outcome::Identified {
            person: PersonId(user.id),
            profile: profile_of(user),
        })
    }

    /// Telegram wants the cloud password.
    pub(super) async fn password_asked(&self) -> Answer {
        let question = match self.password_question().await {
            Ok(question) => question,
            Err(error) => return Ok(self.failed("account.getPassword", &error)),
        };
        if !question.has_password {
            return Ok(Outcome::PasswordGone);
        }
        let hint = self.hint(question).await?;
        Ok(Outcome::Event(Event::PasswordAsked { hint }))
    }

    /// Whether the password that is asked for was removed meanwhile. Whatever
    /// else comes of it, the next look or the person's answer will show.
    pub(super) async fn look_for_password(self) -> Answer {
        // No flood is slept through: a password may be sent meanwhile.
        match self.password_question_as(CallPolicy::IMPATIENT).await {
            Ok(question) if !question.has_password => Ok(Outcome::PasswordGone),
            Ok(_) | Err(_) => Ok(Outcome::StillAsked),
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

    /// Seals what is shown of the login.
    pub(super) async fn seal(&self, purpose: Purpose, secret: &[u8]) -> Result<Sealed, VaultError> {
        let binding = Binding::login(&self.owner, self.login, purpose);
        let access = access("login", AccessPurpose::Shown);
        let vault = &self.node.ports.vault;
        vault.seal(&binding, secret, &access).await
    }

    /// The login goes on in this data centre, which is its home from now on.
    pub(super) fn moved_to(&self, dc: i32) {
        let old = self.caller.home();
        self.caller.session().set_home(dc);
        if old != dc {
            self.caller.leave_dc(old);
        }
    }

    /// What a sign-in that failed means to the login.
    pub(super) fn not_signed_in(&self, method: &'static str, error: &TelegramError) -> Outcome {
        match error {
            TelegramError::Flood {
                kind: FloodKind::Daily,
                until,
                ..
            } => failed_by(CallFailure::Failed(Failure::PasswordFlood {
                until: *until,
            })),
            error => self.failed(method, error),
        }
    }

    /// What a call that failed means to the login.
    pub(super) fn failed(&self, method: &'static str, error: &TelegramError) -> Outcome {
        let what = error.failure();
        if what == CallFailure::Failed(Failure::Internal) {
            tracing::error!(method, error = %Reason::of(error), login.id = %self.login, "an unexpected answer");
        }
        failed_by(what)
    }
}

/// A call failed in this way.
pub(super) fn failed_by(failure: CallFailure) -> Outcome {
    Outcome::Event(Event::CallFailed(failure))
}
