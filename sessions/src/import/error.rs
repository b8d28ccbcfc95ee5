//! Why a session was not imported.

use sesame_domain::account::DeathCause;
use sesame_domain::ids::{Owner, PersonId};
use sesame_domain::ports::{StoreError, VaultError};
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;

use crate::gate::TelegramError;

/// Why a text is not a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASession {
    /// There is nothing.
    #[error("it is empty")]
    Empty,
    /// It is neither a Telethon session of version 1 nor a Fernet token.
    #[error("it is neither a Telethon session of version 1 nor a Fernet token")]
    Unknown,
    /// Something in it cannot be there.
    #[error("it is not base64: there are characters in it that no session has")]
    Encoding,
    /// It is too short or too long.
    #[error("it is truncated, or something was added to it")]
    Length,
    /// Its key is all zeros: it was never signed in.
    #[error("it holds no key: no one ever signed in with it")]
    NoKey,
    /// It is Pyrogram's.
    #[error(
        "it is a session of Pyrogram, not of Telethon: sign in with Telethon and take that \
         session, or link the account anew"
    )]
    Pyrogram,
    /// A bot signs in with it.
    #[error("it is the token of a bot, not the session of a person")]
    BotToken,
    /// It says where a session is.
    #[error("it is the name of a file, not the session in it")]
    FileName,
    /// It is a key in hexadecimal, and nothing beside it.
    #[error("it is a key alone, without its data centre: take the whole StringSession")]
    BareKey,
}

/// Why a session was not imported, in words for a report.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The text is no session, or what was encrypted is none.
    #[error("not a session: {0}")]
    NotASession(#[from] NotASession),
    /// It is encrypted, and no key was given.
    #[error("it is encrypted, and no key was given")]
    KeyMissing,
    /// None of the keys opens it. Which one does, or whether any ever did, cannot
    /// be told from the token.
    #[error("none of the Fernet keys given opens it: it was encrypted with another key")]
    WrongKey,
    /// There is no such data centre.
    #[error("data centre {0} is not known")]
    UnknownDc(i32),
    /// Telegram does not know the session any more.
    #[error("the session is dead: {}", .0.as_str())]
    Dead(DeathCause),
    /// The data centre does not know the session's key.
    #[error(
        "the data centre does not know the session's key: most likely the session was ended; \
         try once more to be sure"
    )]
    KeyUnknown,
    /// The account is banned.
    #[error("the account is banned")]
    Banned,
    /// The account is frozen.
    #[error("the account is frozen")]
    Frozen,
    /// The session stopped at the cloud password.
    #[error("the session never got past the cloud password")]
    NotSignedIn,
    /// It is a bot's session.
    #[error("it is the session of a bot")]
    Bot,
    /// It is another person's session.
    #[error("it is the session of {found}, not of {wanted}")]
    WrongPerson {
        /// Whose it should be.
        wanted: PersonId,
        /// Whose it is.
        found: PersonId,
    },
    /// It stood in this import before: a session must not be used twice at once.
    #[error("the same session came before")]
    Repeated,
    /// It is linked, but for someone else or another tenant.
    #[error("the session is linked already, to {} of {}", .0.person, .0.tenant)]
    LinkedElsewhere(Owner),
    /// It was imported before, and its account unlinked since.
    #[error("it was imported before and unlinked since: it does not come back")]
    Ended,
    /// Telegram wants a wait.
    #[error("Telegram wants a wait until {until}")]
    Flood {
        /// Until then.
        until: Timestamp,
    },
    /// Telegram, or the table of data centres, cannot be reached.
    #[error("Telegram cannot be reached")]
    TelegramUnavailable,
    /// Telegram does not take the application.
    #[error("Telegram refuses API_ID and API_HASH ({0})")]
    AppRefused(String),
    /// Telegram answered what no one expects. The log says what.
    #[error("Telegram gave an unexpected answer")]
    Unexpected,
    /// The import was broken off: Sesame stops.
    #[error("broken off")]
    Stopping,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Custody failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl ImportError {
    /// A stable name for reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotASession(_) => "not_a_session",
            Self::KeyMissing => "key_missing",
            Self::WrongKey => "wrong_key",
            Self::UnknownDc(_) => "unknown_dc",
            Self::Dead(_) => "dead",
            Self::KeyUnknown => "key_unknown",
            Self::Banned => "banned",
            Self::Frozen => "frozen",
            Self::NotSignedIn => "not_signed_in",
            Self::Bot => "bot",
            Self::WrongPerson { .. } => "wrong_person",
            Self::Repeated => "repeated",
            Self::LinkedElsewhere(_) => "linked_elsewhere",
            Self::Ended => "ended",
            Self::Flood { .. } => "flood",
            Self::TelegramUnavailable => "telegram_unavailable",
            Self::AppRefused(_) => "app_refused",
            Self::Unexpected => "unexpected",
            Self::Stopping => "stopping",
            Self::Store(_) => "store",
            Self::Vault(_) => "vault",
        }
    }

    /// Whether the same may work later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Flood { .. }
            | Self::KeyUnknown
            | Self::AppRefused(_)
            | Self::TelegramUnavailable
            | Self::Stopping
            | Self::Frozen
            | Self::Store(_)
            | Self::Vault(_) => true,
            Self::NotASession(_)
            | Self::KeyMissing
            | Self::WrongKey
            | Self::UnknownDc(_)
            | Self::Dead(_)
            | Self::Banned
            | Self::NotSignedIn
            | Self::Bot
            | Self::WrongPerson { .. }
            | Self::Repeated
            | Self::LinkedElsewhere(_)
            | Self::Ended
            | Self::Unexpected => false,
        }
    }
}

impl From<TelegramError> for ImportError {
    fn from(error: TelegramError) -> Self {
        match error {
            TelegramError::Flood { until, .. } | TelegramError::Later { until, .. } => {
                Self::Flood { until }
            }
            TelegramError::Frozen => Self::Frozen,
            TelegramError::Unregistered => Self::Dead(DeathCause::Revoked),
            TelegramError::Lost(DeathCause::Banned) => Self::Banned,
            TelegramError::Lost(cause) => Self::Dead(cause),
            TelegramError::KeyRefused => Self::KeyUnknown,
            TelegramError::AppRefused(name) => Self::AppRefused(name),
            TelegramError::PasswordNeeded => Self::NotSignedIn,
            TelegramError::Unreachable(_)
            | TelegramError::KeyNotBound
            | TelegramError::Down { .. }
            | TelegramError::Dropped
            | TelegramError::TimedOut
            | TelegramError::Unanswered => Self::TelegramUnavailable,
            TelegramError::Refused { .. }
            | TelegramError::Limited(_)
            | TelegramError::Moved { .. }
            | TelegramError::Garbled => {
                tracing::error!(error = %Reason::of(&error), "an import got an unexpected answer");
                Self::Unexpected
            }
        }
    }
}
