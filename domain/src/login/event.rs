//! What can happen to a login.

use crate::account::DeathCause;
use crate::ids::{AccountId, PersonId};
use crate::sealed::Sealed;
use crate::time::Timestamp;

use super::asking::QrEvent;
use super::failure::Failure;
use super::proving::{AnswerKind, CodeSent, Rejection};

/// What went wrong in a call to Telegram, by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallFailure {
    /// No answer, no connection, or an error on Telegram's side: try again.
    Unavailable,
    /// The data centre does not answer, and is not asked before then.
    Down {
        /// Which one.
        dc: i32,
        /// When.
        until: Timestamp,
    },
    /// The session ended under us.
    Lost(DeathCause),
    /// Trying again is pointless: the login is over, for this reason. An answer
    /// that no one expects is [`Failure::Internal`]; the log says which.
    Failed(Failure),
}

/// What can happen to a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Time passed.
    Tick,
    /// A driver took the login over, at its start or after another one died.
    Adopted,
    /// Something was heard of the QR code.
    Qr(QrEvent),
    /// The account has a cloud password (`SESSION_PASSWORD_NEEDED`).
    PasswordAsked {
        /// The hint, sealed.
        hint: Option<Sealed>,
    },
    /// The person answered what is asked; the driver holds the answer.
    AnswerSubmitted(AnswerKind),
    /// It was not taken.
    AnswerRejected(Rejection),
    /// Telegram sent a code to the number that was given.
    CodeSent(CodeSent),
    /// Telegram signed us in (`auth.loginTokenSuccess`, `auth.authorization`).
    SignedIn,
    /// Telegram says whose account it is (`get_me`).
    Identified {
        /// The account's id.
        person: PersonId,
    },
    /// The session is stored and the account linked.
    Linked {
        /// The account.
        account: AccountId,
    },
    /// A call to Telegram failed.
    CallFailed(CallFailure),
    /// The person wants to cancel.
    CancelAsked,
    /// The person began a newer login.
    NewerBegan,
}

impl From<QrEvent> for Event {
    fn from(event: QrEvent) -> Self {
        Self::Qr(event)
    }
}
