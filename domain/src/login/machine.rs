//! The transitions.

use crate::account::DeathCause;
use crate::ids::PersonId;
use crate::notice::NoticeKind;
use crate::sealed::Sealed;
use crate::time::Timestamp;

use super::effect::Effect;
use super::event::{CallFailure, Event};
use super::failure::Failure;
use super::policy::Policy;
use super::state::{Ending, Login, Password, Qr, Retry, State};

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
            Event::Adopted => self.resume(now),
            Event::TokenExported { token, expires_at } => self.show(token, expires_at, now),
            Event::TokenAccepted => self.accepted(now),
            Event::MigrationAsked { dc, token } => self.signing_in(
                now,
                State::Migrating { dc },
                Effect::ImportToken { dc, token },
            ),
            Event::PasswordAsked { hint } => self.ask_password(hint, policy, now),
            Event::PasswordSubmitted => self.check_password(),
            Event::PasswordRejected => self.password_rejected(now),
            Event::SignedIn => {
                let until = self.finish_by(now);
                self.signing_in(now, State::Verifying { until }, Effect::Identify)
            }
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
        match &self.state {
            State::Pending(qr) => Some(qr.renew_at.min(self.scan_until())),
            State::Scanned { ask_at } => Some((*ask_at).min(self.expires_at)),
            State::Starting
            | State::Migrating { .. }
            | State::PasswordRequired(_)
            | State::CheckingPassword(_)
            | State::Verifying { .. }
            | State::Linking { .. } => self.deadline(),
            State::Ended { .. } => None,
        }
    }

    /// When the current state must be left; `None`: it is over.
    fn deadline(&self) -> Option<Timestamp> {
        match &self.state {
            State::Starting | State::Pending(_) => Some(self.scan_until()),
            State::Scanned { .. }
            | State::Migrating { .. }
            | State::PasswordRequired(_)
            | State::CheckingPassword(_) => Some(self.expires_at),
            State::Verifying { until } | State::Linking { until } => Some(*until),
            State::Ended { .. } => None,
        }
    }

    /// What was begun before the end may be finished shortly after it.
    fn finish_by(&self, now: Timestamp) -> Timestamp {
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
        match &mut self.state {
            State::Pending(qr) if now >= qr.renew_at => {
                // If the answer stays away, the next try is a little later.
                qr.renew_at = now + Policy::RETRY_AFTER;
                (self, vec![Effect::ExportToken])
            }
            State::Scanned { ask_at } if now >= *ask_at => {
                *ask_at = now + Policy::SCAN_RETRY;
                (self, vec![Effect::ExportToken])
            }
            State::Starting
            | State::Pending(_)
            | State::Scanned { .. }
            | State::Migrating { .. }
            | State::PasswordRequired(_)
            | State::CheckingPassword(_)
            | State::Verifying { .. }
            | State::Linking { .. }
            | State::Ended { .. } => (self, Vec::new()),
        }
    }

    /// Does again what the current state waits for: after a failure, or with a
    /// new driver. A check of a password is never repeated: Telegram is asked
    /// whether it went through.
    fn resume(mut self, now: Timestamp) -> (Self, Vec<Effect>) {
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            return self.end(Ending::Expired, now);
        }
        if let Some(retry) = &mut self.retry {
            retry.retry_at = now + Policy::RETRY_AFTER;
        }
        let effects = match &self.state {
            State::Starting | State::Pending(_) | State::Scanned { .. } => {
                vec![Effect::ExportToken]
            }
            State::Migrating { .. } => {
                // The token for the move was not kept; Telegram gives another.
                self = self.carried(State::Scanned {
                    ask_at: now + Policy::SCAN_RETRY,
                });
                vec![Effect::ExportToken]
            }
            State::CheckingPassword(_) | State::Verifying { .. } | State::Linking { .. } => {
                vec![Effect::Identify]
            }
            State::PasswordRequired(_) | State::Ended { .. } => Vec::new(),
        };
        (self, effects)
    }

    fn show(mut self, token: Sealed, expires_at: Timestamp, now: Timestamp) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Starting | State::Pending(_) => {
                let life = expires_at - now;
                let early = Policy::RENEW_EARLY.min(life / 3);
                let renew_at = (expires_at - early).min(now + Policy::POLL);
                self = self.moved(State::Pending(Qr {
                    token,
                    expires_at,
                    renew_at,
                }));
                (self, Vec::new())
            }
            // Accepted, and yet a new token: the acceptance was withdrawn, or
            // it lapsed. Show the new one.
            State::Scanned { .. } | State::Migrating { .. } => {
                self.state = State::Starting;
                self.show(token, expires_at, now)
            }
            State::PasswordRequired(_)
            | State::CheckingPassword(_)
            | State::Verifying { .. }
            | State::Linking { .. }
            | State::Ended { .. } => (self, Vec::new()),
        }
    }

    fn accepted(mut self, now: Timestamp) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Starting | State::Pending(_) => {
                self.scanned_at.get_or_insert(now);
                self = self.moved(State::Scanned {
                    ask_at: now + Policy::SCAN_RETRY,
                });
                (self, vec![Effect::ExportToken])
            }
            State::Scanned { .. }
            | State::Migrating { .. }
            | State::PasswordRequired(_)
            | State::CheckingPassword(_)
            | State::Verifying { .. }
            | State::Linking { .. }
            | State::Ended { .. } => (self, Vec::new()),
        }
    }

    /// Telegram took the token, or the password: on to `next`.
    fn signing_in(mut self, now: Timestamp, next: State, effect: Effect) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Starting
            | State::Pending(_)
            | State::Scanned { .. }
            | State::Migrating { .. }
            | State::PasswordRequired(_)
            | State::CheckingPassword(_) => {
                self.scanned_at.get_or_insert(now);
                let forget = matches!(&self.state, State::CheckingPassword(_));
                self = if matches!(next, State::Migrating { .. }) {
                    self.migrating(next)
                } else {
                    self.moved(next)
                };
                let mut effects = vec![effect];
                if forget {
                    effects.insert(0, Effect::ForgetPassword);
                }
                (self, effects)
            }
            State::Verifying { .. } | State::Linking { .. } | State::Ended { .. } => {
                (self, Vec::new())
            }
        }
    }

    fn ask_password(
        mut self,
        hint: Option<Sealed>,
        policy: &Policy,
        now: Timestamp,
    ) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Starting
            | State::Pending(_)
            | State::Scanned { .. }
            | State::Migrating { .. }
            | State::Verifying { .. } => {
                self.scanned_at.get_or_insert(now);
                let attempts_left = policy.password_attempts;
                let password = Password {
                    hint,
                    attempts_left,
                    rejected: false,
                };
                (self.moved(State::PasswordRequired(password)), Vec::new())
            }
            // The check that was cut off did not go through; ask once more,
            // and do not count what the person did not get an answer to.
            State::CheckingPassword(password) => {
                let password = Password {
                    hint,
                    rejected: false,
                    ..password.clone()
                };
                (
                    self.moved(State::PasswordRequired(password)),
                    vec![Effect::ForgetPassword],
                )
            }
            // It was changed meanwhile: what was tried still counts.
            State::PasswordRequired(password) if password.hint != hint => {
                let password = Password {
                    hint,
                    ..password.clone()
                };
                (self.moved(State::PasswordRequired(password)), Vec::new())
            }
            State::PasswordRequired(_) | State::Linking { .. } | State::Ended { .. } => {
                (self, Vec::new())
            }
        }
    }

    fn check_password(self) -> (Self, Vec<Effect>) {
        match &self.state {
            State::PasswordRequired(password) => {
                let password = password.clone();
                (
                    self.moved(State::CheckingPassword(password)),
                    vec![Effect::CheckPassword],
                )
            }
            State::Starting
            | State::Pending(_)
            | State::Scanned { .. }
            | State::Migrating { .. }
            | State::CheckingPassword(_)
            | State::Verifying { .. }
            | State::Linking { .. }
            | State::Ended { .. } => (self, Vec::new()),
        }
    }

    fn password_rejected(self, now: Timestamp) -> (Self, Vec<Effect>) {
        match &self.state {
            State::CheckingPassword(password) => {
                let attempts_left = password.attempts_left.saturating_sub(1);
                if attempts_left == 0 {
                    return self.end(Ending::Failed(Failure::PasswordAttempts), now);
                }
                let password = Password {
                    attempts_left,
                    rejected: true,
                    ..password.clone()
                };
                (
                    self.moved(State::PasswordRequired(password)),
                    vec![Effect::ForgetPassword],
                )
            }
            State::Starting
            | State::Pending(_)
            | State::Scanned { .. }
            | State::Migrating { .. }
            | State::PasswordRequired(_)
            | State::Verifying { .. }
            | State::Linking { .. }
            | State::Ended { .. } => (self, Vec::new()),
        }
    }

    fn identified(self, person: PersonId, now: Timestamp) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Verifying { .. } | State::CheckingPassword(_) | State::Linking { .. } => {
                if person != self.owner.person {
                    let (login, mut effects) = self.end(Ending::Failed(Failure::WrongAccount), now);
                    effects.insert(0, Effect::RecordRefusal);
                    return (login, effects);
                }
                let until = self.finish_by(now);
                let forget = matches!(&self.state, State::CheckingPassword(_));
                let login = self.moved(State::Linking { until });
                let effects = if forget {
                    vec![Effect::ForgetPassword, Effect::Link]
                } else {
                    vec![Effect::Link]
                };
                (login, effects)
            }
            State::Starting
            | State::Pending(_)
            | State::Scanned { .. }
            | State::Migrating { .. }
            | State::PasswordRequired(_)
            | State::Ended { .. } => (self, Vec::new()),
        }
    }

    fn linked(self, account: crate::ids::AccountId, now: Timestamp) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Linking { .. } => {
                let device = self.device.model.clone();
                let ending = Ending::Authorized { account };
                let mut login = self.moved(State::Ended { ending, at: now });
                // The session belongs to the account now: nothing to clean up.
                login.cleanup_at = None;
                let notice = Effect::Notify(NoticeKind::Linked { device });
                (login, vec![notice, Effect::Disconnect])
            }
            State::Starting
            | State::Pending(_)
            | State::Scanned { .. }
            | State::Migrating { .. }
            | State::PasswordRequired(_)
            | State::CheckingPassword(_)
            | State::Verifying { .. }
            | State::Ended { .. } => (self, Vec::new()),
        }
    }

    fn call_failed(mut self, failure: CallFailure, now: Timestamp) -> (Self, Vec<Effect>) {
        let failure = match failure {
            CallFailure::Unavailable => {
                let count = self.retry.map_or(0, |retry| retry.count) + 1;
                if count <= Policy::RETRIES {
                    let retry_at = now + Policy::RETRY_AFTER;
                    self.retry = Some(Retry { count, retry_at });
                    self.version += 1;
                    return (self, Vec::new());
                }
                Failure::TelegramUnavailable
            }
            CallFailure::Flood { until } => Failure::Flood { until },
            CallFailure::Frozen => Failure::Frozen,
            CallFailure::AppRefused => Failure::AppRefused,
            CallFailure::PasswordRemoved => Failure::PasswordRemoved,
            CallFailure::Lost(DeathCause::Banned | DeathCause::Deleted) => Failure::Banned,
            CallFailure::Lost(DeathCause::Revoked) => Failure::Revoked,
            CallFailure::Lost(DeathCause::Duplicated | DeathCause::Unreadable)
            | CallFailure::Unexpected => Failure::Internal,
        };
        self.end(Ending::Failed(failure), now)
    }

    /// The next state. Whatever moves a login on also ends a
    /// run of failures.
    fn moved(mut self, state: State) -> Self {
        self.retry = None;
        self.carried(state)
    }

    /// The next state, with the run of failures there was.
    fn carried(mut self, state: State) -> Self {
        self.state = state;
        self.version += 1;
        self
    }

    /// On to another data centre. If it refused the token before, that still
    /// counts: only what follows the move ends the run. The next try is
    /// not due before the answer says so.
    fn migrating(mut self, state: State) -> Self {
        if let Some(retry) = &mut self.retry {
            retry.retry_at = self.expires_at;
        }
        self.carried(state)
    }

    /// Ends the login. What Telegram may hold of it is logged out: at once if
    /// a sign-in was under way, otherwise when the last token shown is dead,
    /// since until then someone may still scan it.
    fn end(self, ending: Ending, now: Timestamp) -> (Self, Vec<Effect>) {
        let cleanup_at = match &self.state {
            State::Pending(qr) => qr.expires_at.max(now),
            State::Starting
            | State::Scanned { .. }
            | State::Migrating { .. }
            | State::PasswordRequired(_)
            | State::CheckingPassword(_)
            | State::Verifying { .. }
            | State::Linking { .. } => now,
            State::Ended { .. } => return (self, Vec::new()),
        };
        let mut effects = vec![Effect::ForgetPassword];
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
