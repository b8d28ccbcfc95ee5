//! One step of a driver: an event goes in, what comes out is stored, and the
//! call that is wanted is started.

use std::sync::Arc;

use futures::future::BoxFuture;
use sesame_domain::audit::{AccessPurpose, Action, Actor, AuditEntry, AuditReason};
use sesame_domain::ids::NoticeId;
use sesame_domain::login::{
    Code, Effect, Ending, Event, Failure, Finishing, Login, Question, State,
};
use sesame_domain::notice::Notice;
use sesame_domain::ports::{Answer as PersonsAnswer, HalfSession, Saved, Topic, VaultError};
use sesame_domain::sealed::{Binding, Purpose, Sealed};

use crate::connection::Caller;
use crate::node::{Node, access};

use super::call::{Call, PhoneCall};
use super::calls::{self, Answer, Asker};
use super::driver::{Driver, Running, Stopped};
use super::ended::{reason_of, with_outcome};
use super::ways::call_of_qr;

impl Driver {
    /// Puts an event into the machine, stores what comes out, and takes note
    /// of what is to be done.
    pub(super) async fn apply(&mut self, event: Event) -> Result<(), Stopped> {
        let now = self.node.now();
        let before = self.login.clone();
        let policy = &self.node.settings.policy;
        let (login, effects) = before.clone().apply(event, policy, now);
        self.login = login;
        let notices = notices(&self.node, &self.login, &effects);
        if self.login.version != before.version || !notices.is_empty() {
            let audit = audit(&self.node, &before, &self.login, &effects);
            self.save(notices, audit).await?;
            self.give_back_attempt().await?;
            self.tell(&before).await;
        }
        for effect in effects {
            self.note(effect);
        }
        Ok(())
    }

    /// Counts what became of the login, and wakes whoever follows it, once it is
    /// stored.
    pub(super) async fn tell(&mut self, before: &Login) {
        self.counter.count(before, &self.login);
        self.node.publish(Topic::Login(self.login.id)).await;
        if self.login.is_over() {
            // It is linked now, or no longer under way.
            let person = self.login.owner.person;
            self.node.publish(Topic::Account(person)).await;
        }
    }

    /// A login counts no longer against the day's budget if Telegram never
    /// answered, or only that it is to wait: the wait itself keeps from trying.
    async fn give_back_attempt(&mut self) -> Result<(), Stopped> {
        let is_unheard = matches!(
            self.login.ending(),
            Some(
                Ending::Expired
                    | Ending::Failed(Failure::TelegramUnavailable { .. } | Failure::Flood { .. })
            )
        );
        if is_unheard && !self.counter.is_published() {
            let attempts = &self.node.ports.login_attempts;
            attempts.give_back(self.login.id).await?;
        }
        Ok(())
    }

    fn note(&mut self, effect: Effect) {
        match effect {
            Effect::Qr(effect) => self.wanted = Some(call_of_qr(effect)),
            Effect::CheckAnswer => self.wanted = Some(Call::CheckAnswer),
            Effect::Identify => self.wanted = Some(Call::Identify),
            Effect::Link => self.wanted = Some(Call::Link),
            Effect::ForgetAnswer => self.answer = None,
            Effect::CancelCode(code) => self.unused_code = Some(code),
            // Stored with the login, and done by the clean-up.
            Effect::RecordRefusal | Effect::Notify(_) | Effect::Disconnect => {}
        }
    }

    /// Stores the login, and its session if that changed.
    pub(super) async fn save(
        &mut self,
        notices: Vec<Notice>,
        audit: Vec<AuditEntry>,
    ) -> Result<(), Stopped> {
        let (session, version) = self.changed_session().await?;
        let saved = Saved {
            login: &self.login,
            fence: self.fence,
            session,
            identified: self.identified,
            notices,
            audit,
        };
        let outbox = !saved.notices.is_empty();
        self.node.ports.logins.save(saved).await?;
        self.identified = None;
        self.stored = version.or(self.stored);
        if outbox {
            self.node.publish(Topic::Outbox).await;
        }
        Ok(())
    }

    async fn changed_session(&mut self) -> Result<(HalfSession, Option<u64>), Stopped> {
        let Some(session) = self.session.clone() else {
            return Ok((HalfSession::Keep, None));
        };
        let is_linking = matches!(
            self.login.state,
            State::Finishing(Finishing::Linking { .. })
        );
        // What is stored opens the same account; it is about to become the account's
        // session, and whoever takes over before that asks once more whose it is.
        let will_do = is_linking && self.stored.is_some();
        if will_do || self.stored == Some(session.version()) {
            return Ok((HalfSession::Keep, None));
        }
        let (bytes, version) = session.to_bytes();
        let sealed = self.seal(Purpose::LoginSession, &bytes).await?;
        Ok((HalfSession::Replace(sealed), Some(version)))
    }

    async fn seal(&mut self, purpose: Purpose, secret: &[u8]) -> Result<Sealed, VaultError> {
        let binding = Binding::login(&self.login.owner, self.login.id, purpose);
        let access = access("login", AccessPurpose::UnderWay);
        let vault = &self.node.ports.vault;
        vault.seal(&binding, secret, &access).await
    }

    /// Starts the call that is wanted, unless one is under way.
    pub(super) async fn advance(&mut self) -> Result<(), Stopped> {
        while self.running.is_none() {
            let Some(call) = self.wanted.take().or_else(|| self.cancelling()) else {
                return Ok(());
            };
            if !call.fits(&self.login.state) {
                return Ok(());
            }
            if matches!(call, Call::Link) {
                // Not to be cut off half-way: nothing else is heard meanwhile.
                self.link().await?;
                continue;
            }
            let Some(caller) = self.caller() else {
                self.wanted = Some(call);
                let session = calls::fresh_session(Arc::clone(&self.node));
                self.running = Some(Running {
                    is_renewal: false,
                    answer: self.node.spawn_call(session),
                });
                return Ok(());
            };
            self.start(call, caller);
        }
        Ok(())
    }

    /// The call that lets Telegram forget a code, if there is one to forget. At the
    /// end the clean-up does it.
    fn cancelling(&mut self) -> Option<Call> {
        if self.login.is_over() {
            return None;
        }
        self.unused_code
            .take()
            .map(PhoneCall::Cancel)
            .map(Call::from)
    }

    /// Who makes the login's calls over a connection.
    pub(super) fn asker(&self, caller: Caller) -> Asker {
        Asker {
            node: Arc::clone(&self.node),
            safe_groups: Arc::clone(&self.safe_groups),
            caller,
            owner: self.login.owner.clone(),
            login: self.login.id,
        }
    }

    fn start(&mut self, call: Call, caller: Caller) {
        let asker = self.asker(caller);
        let is_renewal = call.is_renewal();
        let answer = match call {
            Call::Way(call) => self.way.make(call, asker),
            own @ (Call::LookForPassword | Call::CheckAnswer | Call::Identify | Call::Link) => {
                self.way.leave_off();
                self.make(&own, asker)
            }
        };
        let answer = self.node.spawn_call(answer);
        self.running = Some(Running { is_renewal, answer });
    }

    /// Makes a call that is the same by every way.
    fn make(&self, call: &Call, asker: Asker) -> BoxFuture<'static, Answer> {
        match call {
            Call::LookForPassword => Box::pin(asker.look_for_password()),
            Call::CheckAnswer => self.check_answer(asker),
            Call::Identify if self.code_asked().is_some() => Box::pin(asker.find_sign_in()),
            Call::Identify | Call::Link | Call::Way(_) => Box::pin(asker.identify()),
        }
    }

    /// Checks the answer that the driver holds.
    fn check_answer(&self, asker: Asker) -> BoxFuture<'static, Answer> {
        match (self.answer.clone(), self.code_asked().cloned()) {
            (Some(PersonsAnswer::Number(number)), _) => Box::pin(asker.send_code(number)),
            (Some(PersonsAnswer::Code(typed)), Some(code)) => Box::pin(asker.sign_in(code, typed)),
            (Some(PersonsAnswer::AnotherCode), Some(code)) => Box::pin(asker.another_code(code)),
            (Some(PersonsAnswer::Password(password)), _) => {
                Box::pin(asker.check_password(password))
            }
            // The machine has it checked only while it is held.
            (
                None
                | Some(
                    PersonsAnswer::Code(_)
                    | PersonsAnswer::AnotherCode
                    | PersonsAnswer::AnotherNumber,
                ),
                _,
            ) => Box::pin(asker.identify()),
        }
    }

    fn code_asked(&self) -> Option<&Code> {
        self.login.state.question().and_then(Question::code)
    }
}

/// What the bot shall say after this step.
pub(super) fn notices(node: &Node, login: &Login, effects: &[Effect]) -> Vec<Notice> {
    let now = node.now();
    let entropy = node.ports.entropy.as_ref();
    let notice = |effect: &Effect| match effect {
        Effect::Notify(kind) => Some(Notice {
            id: NoticeId::generate(entropy, now),
            owner: login.owner.clone(),
            kind: kind.clone(),
            created_at: now,
            attempts: 0,
        }),
        _ => None,
    };
    effects.iter().filter_map(notice).collect()
}

/// What goes into the audit with this step.
pub(super) fn audit(
    node: &Node,
    before: &Login,
    after: &Login,
    effects: &[Effect],
) -> Vec<AuditEntry> {
    let entry = |action, reason| {
        let actor = Actor::system("login");
        node.audit_entry(&after.owner, after.id.as_uuid(), actor, action, reason)
    };
    let mut entries = Vec::new();
    if effects.contains(&Effect::RecordRefusal) {
        let action = Action::WrongAccountRefused;
        entries.push(entry(action, AuditReason::AnotherScanned).refused());
    }
    if !before.is_over()
        && let Some(ending) = after.ending()
    {
        let entry = entry(Action::LoginEnded, reason_of(ending));
        entries.push(with_outcome(entry, ending));
    }
    entries
}
