//! Telegram wants a proof that only the person can give.
//!
//! A question is answered through one door, whatever it is. Another question
//! is another variant of [`Question`] and [`AnswerKind`], with its lines in the
//! matches of this file.

mod phone;
mod rejection;

use super::failure::Failure;
use super::status::Status;
use crate::sealed::Sealed;
use crate::time::Timestamp;

pub use phone::{Code, CodeSent, CodeShown, CodeWay, Number};
pub use rejection::Rejection;

/// The question for the cloud password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password {
    /// The hint the person once chose, as UTF-8, sealed ([`crate::sealed::Purpose::PasswordHint`]).
    pub hint: Option<Sealed>,
    /// How many more passwords may be tried.
    pub attempts_left: u8,
    /// Whether the last one was wrong.
    pub rejected: bool,
}

/// What Telegram asks the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The phone number of the account.
    Number(Number),
    /// The code that Telegram sent to that number.
    Code(Code),
    /// The cloud password.
    Password(Password),
}

/// What kind of answer a person gave; the driver holds the answer itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// A phone number.
    Number,
    /// A code.
    Code,
    /// None: they want another code.
    AnotherCode,
    /// None: the code went to a number that is not theirs; they want to give
    /// another one.
    AnotherNumber,
    /// A cloud password.
    Password,
}

impl Question {
    /// Whether an answer of this kind is taken now.
    pub fn takes(&self, kind: AnswerKind, now: Timestamp) -> bool {
        match self {
            Self::Number(_) => kind == AnswerKind::Number,
            Self::Code(code) => match kind {
                AnswerKind::Code => !code.is_expired(),
                AnswerKind::AnotherCode => code.may_be_sent_again(now),
                AnswerKind::AnotherNumber => code.numbers_left > 0,
                AnswerKind::Number | AnswerKind::Password => false,
            },
            Self::Password(_) => kind == AnswerKind::Password,
        }
    }

    /// The question once its answer was not taken; an error if that was the last
    /// one that may be tried.
    pub(super) fn rejected(&self, why: Rejection) -> Result<Self, Failure> {
        match self {
            Self::Number(number) => number.rejected(why).map(Self::Number),
            // The code was right, and no one has the number.
            Self::Code(code) if why == Rejection::NumberUnoccupied => {
                if code.numbers_left == 0 {
                    return Err(Failure::NumberAttempts);
                }
                Ok(Self::Number(code.another_number(Some(why))))
            }
            Self::Code(code) => code.rejected(why).map(Self::Code),
            Self::Password(password) => {
                let attempts_left = password.attempts_left.saturating_sub(1);
                if attempts_left == 0 {
                    return Err(Failure::PasswordAttempts);
                }
                Ok(Self::Password(Password {
                    attempts_left,
                    rejected: true,
                    ..password.clone()
                }))
            }
        }
    }

    /// The code that Telegram holds ready, if it is waited for.
    pub fn code(&self) -> Option<&Code> {
        match self {
            Self::Code(code) => Some(code),
            Self::Number(_) | Self::Password(_) => None,
        }
    }
}

/// A question, and whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proving {
    /// It is the person's turn to answer.
    Required(Question),
    /// An answer is being checked.
    Checking(Question),
}

impl Proving {
    /// The cloud password is asked for.
    pub fn password_required(password: Password) -> Self {
        Self::Required(Question::Password(password))
    }

    /// A cloud password is being checked.
    pub fn checking_password(password: Password) -> Self {
        Self::Checking(Question::Password(password))
    }

    /// What is asked.
    pub fn question(&self) -> &Question {
        match self {
            Self::Required(question) | Self::Checking(question) => question,
        }
    }

    /// Whether an answer is being checked.
    pub fn is_checking(&self) -> bool {
        match self {
            Self::Required(_) => false,
            Self::Checking(_) => true,
        }
    }

    /// The public name.
    pub fn status(&self) -> Status {
        match self.question() {
            Question::Number(_) => Status::NumberRequired,
            Question::Code(_) => Status::CodeRequired,
            Question::Password(_) => Status::PasswordRequired,
        }
    }
}
