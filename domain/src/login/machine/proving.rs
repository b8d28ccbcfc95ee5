//! What follows when the person is asked, answers, or answered wrongly.

use super::super::effect::Effect;
use super::super::finishing::Finishing;
use super::super::policy::Policy;
use super::super::proving::{AnswerKind, Code, CodeSent, Password, Proving, Question, Rejection};
use super::super::state::{Ending, Login, State};
use crate::sealed::Sealed;
use crate::time::Timestamp;

impl Login {
    /// Telegram asks for the cloud password.
    pub(super) fn ask_password(
        mut self,
        hint: Option<Sealed>,
        policy: &Policy,
        now: Timestamp,
    ) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Asking(_)
            | State::Proving(Proving::Checking(Question::Code(_)))
            | State::Finishing(Finishing::Verifying { .. }) => {
                self.scanned_at.get_or_insert(now);
                let forget = self.state.is_checking().then_some(Effect::ForgetAnswer);
                let attempts_left = policy.password_attempts;
                let password = Password {
                    hint,
                    attempts_left,
                    rejected: false,
                };
                let asked = Proving::password_required(password);
                (self.moved(asked.into()), forget.into_iter().collect())
            }
            // The check that was cut off did not go through; ask once more,
            // and do not count what the person did not get an answer to.
            State::Proving(Proving::Checking(Question::Password(password))) => {
                let password = Password {
                    hint,
                    rejected: false,
                    ..password.clone()
                };
                let asked = Proving::password_required(password);
                (self.moved(asked.into()), vec![Effect::ForgetAnswer])
            }
            // It was changed meanwhile: what was tried still counts.
            State::Proving(Proving::Required(Question::Password(password)))
                if password.hint != hint =>
            {
                let password = Password {
                    hint,
                    ..password.clone()
                };
                let asked = Proving::password_required(password);
                (self.moved(asked.into()), Vec::new())
            }
            State::Proving(_)
            | State::Finishing(Finishing::Linking { .. })
            | State::Ended { .. } => (self, Vec::new()),
        }
    }

    /// The person answered.
    pub(super) fn answered(self, kind: AnswerKind, now: Timestamp) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Proving(Proving::Required(question)) if question.takes(kind, now) => {
                match (kind, question) {
                    (AnswerKind::AnotherNumber, Question::Code(code)) => {
                        let cancelled = Effect::CancelCode(code.sent.clone());
                        let asked = Question::Number(code.another_number(None));
                        let asked = Proving::Required(asked).into();
                        (self.moved(asked), vec![Effect::ForgetAnswer, cancelled])
                    }
                    (_, question) => {
                        let checking = Proving::Checking(question.clone());
                        (self.moved(checking.into()), vec![Effect::CheckAnswer])
                    }
                }
            }
            State::Asking(_) | State::Proving(_) | State::Finishing(_) | State::Ended { .. } => {
                (self, Vec::new())
            }
        }
    }

    /// A code is on its way, the first one or another one.
    pub(super) fn code_sent(self, sent: CodeSent, policy: &Policy) -> (Self, Vec<Effect>) {
        let numbers_left = match &self.state {
            State::Proving(Proving::Checking(Question::Number(number))) => {
                number.attempts_left.saturating_sub(1)
            }
            State::Proving(Proving::Checking(Question::Code(code))) => code.numbers_left,
            State::Asking(_) | State::Proving(_) | State::Finishing(_) | State::Ended { .. } => {
                return (self, Vec::new());
            }
        };
        let asked = Question::Code(Code {
            sent,
            attempts_left: policy.code_attempts,
            numbers_left,
            rejected: None,
        });
        let asked = Proving::Required(asked).into();
        (self.moved(asked), vec![Effect::ForgetAnswer])
    }

    /// The answer was not taken.
    pub(super) fn answer_rejected(self, why: Rejection, now: Timestamp) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Proving(Proving::Checking(question)) => match question.rejected(why) {
                Ok(question) => (
                    self.moved(Proving::Required(question).into()),
                    vec![Effect::ForgetAnswer],
                ),
                Err(failure) => self.end(Ending::Failed(failure), now),
            },
            State::Asking(_)
            | State::Proving(Proving::Required(_))
            | State::Finishing(_)
            | State::Ended { .. } => (self, Vec::new()),
        }
    }
}
