//! Telegram wants a proof that only the person can give.
//!
//! A question is answered through one door, whatever it is. Another question
//! is another variant of [`Question`] and [`AnswerKind`], with its lines in the
//! matches of this file.

use super::failure::Failure;
use super::status::Status;
use crate::sealed::Sealed;

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
    /// The cloud password.
    Password(Password),
}

/// What kind of answer a person gave; the driver holds the answer itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// A cloud password.
    Password,
}

impl Question {
    /// What kind of answer it wants.
    pub fn wants(&self) -> AnswerKind {
        match self {
            Self::Password(_) => AnswerKind::Password,
        }
    }

    /// The question once its answer was wrong; an error if that was the last.
    pub(super) fn rejected(&self) -> Result<Self, Failure> {
        match self {
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
            Question::Password(_) => Status::PasswordRequired,
        }
    }
}
