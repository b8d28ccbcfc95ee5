//! What can go wrong when the Bot API is called.

use std::time::Duration;

use teloxide::{ApiError, RequestError};

/// What can go wrong when the Bot API is called, by what can be done about it.
///
/// It is made from teloxide's error and keeps none of it: that one prints the
/// address of the call, which has the token in it, and raw answers, which have
/// people's messages in them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiFault {
    /// The person blocked the bot, is deactivated, or never began a chat.
    #[error("the person cannot be written to: {0}")]
    Unreachable(&'static str),
    /// Too many messages; not before this has passed.
    #[error("Telegram wants a wait of {} s", .0.as_secs())]
    RetryAfter(Duration),
    /// The token is not known.
    #[error("the Bot API does not accept the token")]
    Token,
    /// The message is as it should be already.
    #[error("the message is not modified")]
    NotModified,
    /// No answer.
    #[error("the Bot API cannot be reached: {0}")]
    Network(&'static str),
    /// Refused for another reason.
    #[error("the Bot API refused: {0}")]
    Refused(String),
    /// An answer that is not understood.
    #[error("the Bot API's answer is not understood")]
    Answer,
}

impl From<RequestError> for ApiFault {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Api(error) => error.into(),
            RequestError::RetryAfter(seconds) => Self::RetryAfter(seconds.duration()),
            RequestError::MigrateToChatId(_) => Self::Refused("the chat has moved".to_owned()),
            RequestError::Network(error) => Self::Network(if error.is_timeout() {
                "timed out"
            } else if error.is_connect() {
                "no connection"
            } else if error.is_body() || error.is_decode() {
                "the answer broke off"
            } else {
                "the request failed"
            }),
            RequestError::InvalidJson { .. } => Self::Answer,
            RequestError::Io(_) => Self::Network("input or output failed"),
        }
    }
}

impl From<ApiError> for ApiFault {
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "a hundred foreign variants, most of them for methods not used here"
    )]
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::BotBlocked => Self::Unreachable("blocked"),
            ApiError::UserDeactivated => Self::Unreachable("deactivated"),
            ApiError::CantInitiateConversation | ApiError::ChatNotFound => {
                Self::Unreachable("no chat")
            }
            ApiError::InvalidToken => Self::Token,
            ApiError::MessageNotModified => Self::NotModified,
            other => Self::Refused(other.to_string()),
        }
    }
}

impl ApiFault {
    /// A short name for metrics.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::RetryAfter(_) => "retry_after",
            Self::Token => "token",
            Self::NotModified => "not_modified",
            Self::Network(_) => "network",
            Self::Refused(_) => "refused",
            Self::Answer => "answer",
        }
    }
}
