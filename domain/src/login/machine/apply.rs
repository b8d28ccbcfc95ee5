//! The transitions that are the same by every way.

use crate::account::DeathCause;
use crate::notice::NoticeKind;
use crate::time::Timestamp;

use super::super::asking::Asking;
use super::super::effect::Effect;
use super::super::event::{CallFailure, Event};
use super::super::failure::Failure;
use super::super::policy::Policy;
use super::super::proving::{Proving, Question, Rejection};
use super::super::state::{Ending, Login, Retry, State};

impl Login {
    /// What follows from an event. An event that means nothing in the current
    /// state changes nothing; a login that is over stays as it is.
    #[must_use]
    pub fn apply(self, event: Event, policy: &Policy, now: Timestamp) -> (Self, Vec<Effect>) {
        if self.is_over() {
            return (self, Vec::new());
        }
        match event {
            Event::Tick => self.tick(now),
            Event::Adopted => self.adopted(now),
            Event::Qr(event) => self.hear_of_qr(event, now),
            Event::PasswordAsked { hint } => self.ask_password(hint, policy, now),
            Event::AnswerSubmitted(kind) => self.answered(kind, now),
            Event::AnswerRejected(why) => self.answer_rejected(why, now),
            Event::CodeSent(sent) => self.code_sent(sent, policy),
            Event::SignedIn => self.signed_in(now),
            Event::Identified { person } => self.identified(person, now),
            Event::Linked { account } => self.linked(account, now),
            Event::CallFailed(failure) => self.call_failed(failure, now),
            Event::CancelAsked => self.end(Ending::Cancelled, now),
            Event::NewerBegan => self.end(Ending::Superseded, now),
        }
    }

    /// When the next [`Event::Tick`] is due; `None`: it is over.
    pub fn wake_at(&self) -> Option<Timestamp> {
        if let Some(retry) = self.retry {
            return Some(retry.retry_at.min(self.deadline()?));
        }
        let deadline = self.deadline()?;
        let due_at = self.state.asking().and_then(Asking::due_at);
        Some(due_at.map_or(deadline, |at| at.min(deadline)))
    }

    /// When the current state must be left; `None`: it is over.
    fn deadline(&self) -> Option<Timestamp> {
        match &self.state {
            State::Asking(asking) if asking.is_unanswered() => Some(self.scan_until()),
            State::Asking(_) | State::Proving(_) => Some(self.expires_at),
            State::Finishing(finishing) => Some(finishing.until()),
            State::Ended { .. } => None,
        }
    }

    /// What was begun before the end may be finished shortly after it.
    pub(super) fn finish_by(&self, now: Timestamp) -> Timestamp {
        self.expires_at.max(now + Policy::reserve())
    }

    fn tick(mut self, now: Timestamp) -> (Self, Vec<Effect>) {
        let is_over = self.deadline().is_some_and(|deadline| now >= deadline);
        if is_over || self.is_dated_ahead(now) {
            return self.end(Ending::Expired, now);
        }
        if let Some(retry) = self.retry {
            return if now >= retry.retry_at {
                self.resume(now)
            } else {
                (self, Vec::new())
            };
        }
        let effects = match &mut self.state {
            State::Asking(asking) => asking.tick(now),
            State::Proving(_) | State::Finishing(_) | State::Ended { .. } => Vec::new(),
        };
        (self, effects)
    }

    /// Goes on with a new driver. A number that was given is with the driver
    /// before it, and whether a code is on its way no one can tell: the person
    /// is asked once more.
    fn adopted(self, now: Timestamp) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Proving(Proving::Checking(Question::Number(_))) => {
                self.answer_rejected(Rejection::Unheard, now)
            }
            State::Asking(_) | State::Proving(_) | State::Finishing(_) | State::Ended { .. } => {
                self.resume(now)
            }
        }
    }

    /// Does again what the current state waits for: after a failure, or with a
    /// new driver. A check of an answer is never repeated: Telegram is asked
    /// whether it went through. A number is not checked, only used.
    fn resume(mut self, now: Timestamp) -> (Self, Vec<Effect>) {
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            return self.end(Ending::Expired, now);
        }
        if let Some(retry) = &mut self.retry {
            retry.retry_at = now + Policy::RETRY_AFTER;
            retry.dc = None;
        }
        let effects = match &self.state {
            State::Asking(asking) => {
                let (from, effects) = asking.resume(now);
                if let Some(from) = from {
                    self = self.carried(from.into());
                }
                effects
            }
            State::Proving(Proving::Checking(Question::Number(_))) => vec![Effect::CheckAnswer],
            State::Proving(Proving::Checking(Question::Code(_) | Question::Password(_)))
            | State::Finishing(_) => vec![Effect::Identify],
            State::Proving(Proving::Required(_)) | State::Ended { .. } => Vec::new(),
        };
        (self, effects)
    }

    /// Telegram took what was shown, or the answer: on to `next`.
    pub(super) fn signing_in(
        mut self,
        now: Timestamp,
        next: State,
        effect: Effect,
    ) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Asking(_) | State::Proving(_) => {}
            State::Finishing(_) | State::Ended { .. } => return (self, Vec::new()),
        }
        self.scanned_at.get_or_insert(now);
        let mut effects = vec![effect];
        if self.state.is_checking() {
            effects.insert(0, Effect::ForgetAnswer);
        }
        self = match next {
            State::Asking(_) => self.asking_on(next),
            State::Proving(_) | State::Finishing(_) | State::Ended { .. } => self.moved(next),
        };
        (self, effects)
    }

    fn call_failed(mut self, failure: CallFailure, now: Timestamp) -> (Self, Vec<Effect>) {
        let failure = match failure {
            CallFailure::Unavailable => {
                let count = self.retry.map_or(0, |retry| retry.count) + 1;
                if count <= Policy::RETRIES {
                    self.retry = Some(Retry {
                        count,
                        retry_at: now + Policy::RETRY_AFTER,
                        dc: None,
                    });
                    self.version += 1;
                    return (self, Vec::new());
                }
                Failure::TelegramUnavailable { until: None }
            }
            // Waiting is no failure, as long as there is time for it.
            CallFailure::Down { dc, until } if self.deadline().is_some_and(|end| until < end) => {
                self.retry = Some(Retry {
                    count: self.retry.map_or(1, |retry| retry.count),
                    retry_at: until,
                    dc: Some(dc),
                });
                self.version += 1;
                return (self, Vec::new());
            }
            CallFailure::Down { until, .. } => Failure::TelegramUnavailable { until: Some(until) },
            CallFailure::Failed(failure) => failure,
            CallFailure::Lost(DeathCause::Banned) => Failure::Banned,
            CallFailure::Lost(DeathCause::Deleted) => Failure::Deleted,
            CallFailure::Lost(DeathCause::Revoked | DeathCause::Expired) => Failure::Revoked,
            CallFailure::Lost(DeathCause::Duplicated | DeathCause::Unreadable) => Failure::Internal,
        };
        self.end(Ending::Failed(failure), now)
    }

    /// The next state. Whatever moves a login on also ends a
    /// run of failures.
    pub(super) fn moved(mut self, state: State) -> Self {
        self.retry = None;
        self.carried(state)
    }

    /// The next state, with the run of failures there was.
    fn carried(mut self, state: State) -> Self {
        self.state = state;
        self.version += 1;
        self
    }

    /// On with the asking, in another data centre. If that refused before, it
    /// still counts: only what follows the move ends the run. The next try is
    /// not due before the answer says so.
    fn asking_on(mut self, state: State) -> Self {
        if let Some(retry) = &mut self.retry {
            retry.retry_at = self.expires_at;
            retry.dc = None;
        }
        self.carried(state)
    }

    /// Ends the login. What Telegram may hold of it is logged out: at once if
    /// a sign-in was under way, otherwise when the last token shown is dead,
    /// since until then someone may still scan it.
    pub(super) fn end(self, ending: Ending, now: Timestamp) -> (Self, Vec<Effect>) {
        let cleanup_at = match &self.state {
            State::Asking(asking) => asking.is_dead_at(now),
            State::Proving(_) | State::Finishing(_) => now,
            State::Ended { .. } => return (self, Vec::new()),
        };
        let mut effects = vec![Effect::ForgetAnswer];
        let code = self.state.question().and_then(Question::code);
        effects.extend(code.map(|code| Effect::CancelCode(code.sent.clone())));
        effects.extend(notice_of(ending).map(Effect::Notify));
        effects.push(Effect::Disconnect);
        let mut login = self.moved(State::Ended { ending, at: now });
        login.cleanup_at = Some(cleanup_at);
        (login, effects)
    }
}

/// What the bot says of an ending. What the person did themselves needs no message.
fn notice_of(ending: Ending) -> Option<NoticeKind> {
    match ending {
        Ending::Expired => Some(NoticeKind::LoginExpired),
        Ending::Failed(failure) => Some(NoticeKind::LoginFailed { failure }),
        Ending::Authorized { .. } | Ending::Cancelled | Ending::Superseded => None,
    }
}
