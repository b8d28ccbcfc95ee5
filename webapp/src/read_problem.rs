//! Why something could not be read of Telegram with an account's session: each of
//! its errors, by what whoever asked can do.

use std::time::Duration;

use axum::http::StatusCode;
use sesame_domain::account::DeathCause;
use sesame_domain::time::Timestamp;
use sesame_words::{ProblemsWords, Text};

use crate::edge::whole_seconds;

/// When a data centre that does not answer is asked again, if it is not said.
const SILENCE: u32 = 10;
/// When a session that another node has open may be free.
const SOON: u32 = 2;

/// Why something could not be read of Telegram.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadProblem {
    /// The account's session is gone: it has to be linked again.
    #[error("the account's session has ended: {}", .0.as_str())]
    SessionEnded(DeathCause),
    /// Only whoever has the account can do something, in Telegram.
    #[error("Telegram froze the account")]
    Frozen,
    /// Telegram wants a wait.
    #[error("Telegram wants a wait until {until}")]
    Flood {
        /// Until when.
        until: Timestamp,
        /// How long that is from now.
        wait: Duration,
    },
    /// A data centre does not answer, and is left alone for a while.
    #[error("Telegram's data centre {dc} does not answer; it is asked again at {until}")]
    Down {
        /// Which one.
        dc: i32,
        /// From when on it is asked again.
        until: Timestamp,
        /// How long that is from now.
        wait: Duration,
    },
    /// Telegram did not answer.
    #[error("Telegram did not answer: {0}")]
    Silent(String),
    /// Another node has the session open.
    #[error("another node has the session open")]
    Elsewhere,
    /// The account may not read that chat.
    #[error("the account may not read this chat")]
    Forbidden,
    /// The session does not know that chat, or there is none.
    #[error("the chat is not known")]
    UnknownChat,
    /// The file is not to be had any more.
    #[error("the file is not to be had: {0}")]
    FileGone(String),
    /// Telegram refused for a reason that is not known here.
    #[error("Telegram refused: {code} {name}")]
    Refused {
        /// Telegram's code.
        code: i32,
        /// Telegram's name for it.
        name: String,
    },
}

impl ReadProblem {
    /// Status, stable code, and the message of words for a developer.
    pub(crate) fn describe(&self) -> (StatusCode, &'static str, fn(ProblemsWords) -> Text) {
        use ProblemsWords as W;
        use StatusCode as S;
        match self {
            Self::SessionEnded(_) => (S::CONFLICT, "session_ended", W::session_ended),
            Self::Frozen => (S::CONFLICT, "account_frozen", W::account_frozen),
            Self::Flood { .. } => (S::SERVICE_UNAVAILABLE, "telegram_flood", W::telegram_flood),
            Self::Down { .. } => (S::SERVICE_UNAVAILABLE, "telegram_down", W::telegram_down),
            Self::Silent(_) => (
                S::SERVICE_UNAVAILABLE,
                "telegram_silent",
                W::telegram_silent,
            ),
            Self::Elsewhere => (
                S::SERVICE_UNAVAILABLE,
                "session_elsewhere",
                W::session_elsewhere,
            ),
            Self::Forbidden => (S::FORBIDDEN, "chat_forbidden", W::chat_forbidden),
            Self::UnknownChat => (S::NOT_FOUND, "chat_unknown", W::chat_unknown),
            Self::FileGone(_) => (S::NOT_FOUND, "file_gone", W::file_gone),
            Self::Refused { .. } => (S::BAD_GATEWAY, "telegram_refused", W::telegram_refused),
        }
    }

    /// After how many seconds trying again makes sense.
    pub(crate) fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::Flood { wait, .. } | Self::Down { wait, .. } => {
                let seconds = whole_seconds(*wait).max(1);
                Some(u32::try_from(seconds).unwrap_or(u32::MAX))
            }
            Self::Silent(_) => Some(SILENCE),
            Self::Elsewhere => Some(SOON),
            Self::SessionEnded(_)
            | Self::Frozen
            | Self::Forbidden
            | Self::UnknownChat
            | Self::FileGone(_)
            | Self::Refused { .. } => None,
        }
    }

    /// From when on trying again makes sense, where Telegram or the wait for it says
    /// so to the second.
    pub(crate) fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::Flood { until, .. } | Self::Down { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// What Telegram, or whoever knows of the session, calls it.
    pub(crate) fn detail(&self) -> Option<String> {
        match self {
            Self::SessionEnded(cause) => Some(cause.as_str().to_owned()),
            Self::FileGone(name) | Self::Refused { name, .. } => Some(name.clone()),
            Self::Down { dc, .. } => Some(format!("data centre {dc}")),
            Self::Frozen
            | Self::Flood { .. }
            | Self::Silent(_)
            | Self::Elsewhere
            | Self::Forbidden
            | Self::UnknownChat => None,
        }
    }
}
