//! What can happen to a login.

use crate::account::DeathCause;
use crate::ids::{AccountId, PersonId};
use crate::sealed::Sealed;
use crate::time::Timestamp;

use super::asking::QrEvent;
use super::proving::AnswerKind;

/// What went wrong in a call to Telegram, by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallFailure {
    /// Telegram wants a wait that is too long to sleep through.
    Flood {
        /// Until then.
        until: Timestamp,
    },
    /// No answer, no connection, or an error on Telegram's side: try again.
    Unavailable,
    /// The account is frozen; trying again is pointless.
    Frozen,
    /// The session ended under us.
    Lost(DeathCause),
    /// The cloud password that was asked for is gone, and Telegram does not
    /// let us in without it either.
    PasswordRemoved,
    /// Telegram does not take this application (`API_ID`, `API_HASH`).
    AppRefused,
    /// An answer that no one expects. The log says which.
    Unexpected,
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
    /// It was wrong (`PASSWORD_HASH_INVALID`).
    AnswerRejected,
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
