//! What can go wrong when the Bot API is called.

use std::time::Duration;

use teloxide::{ApiError, RequestError};

/// How much of Telegram's words is kept: they are for the log.
const WORDS: usize = 200;

/// What can go wrong when the Bot API is called, by what can be done about it.
///
/// It holds neither the address of the call, which has the token in it, nor
/// raw answers, which have people's messages in them.
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
    /// Updates go another way: a webhook is set, or someone else asks for them.
    #[error("updates go to another program")]
    Conflict,
    /// The message is as it should be already.
    #[error("the message is not modified")]
    NotModified,
    /// The message is not there any more.
    #[error("the message is gone")]
    Gone,
    /// The topic is not there any more, or closed.
    #[error("the topic is closed or gone")]
    NoTopic,
    /// It was not reached, so nothing was done.
    #[error("the Bot API cannot be reached: no connection")]
    NoConnection,
    /// No answer: what was asked for may have been done.
    #[error("the Bot API cannot be reached: {0}")]
    Network(&'static str),
    /// Something is wrong on Telegram's side.
    #[error("the Bot API has trouble of its own ({0})")]
    Server(u16),
    /// Refused for another reason.
    #[error("the Bot API refused: {0}")]
    Refused(String),
    /// An answer that is not understood.
    #[error("the Bot API's answer is not understood")]
    Answer,
}

impl ApiFault {
    /// What a refusal means.
    ///
    /// Source: the words in `telegram-bot-api` and `td/telegram` of Telegram's
    /// own Bot API server; the documentation has only the codes.
    pub(super) fn refusal(code: u16, words: &str, retry_after: Option<u64>) -> Self {
        let lower = words.to_ascii_lowercase();
        let says = |part: &str| lower.contains(part);
        if let Some(seconds) = retry_after {
            return Self::RetryAfter(Duration::from_secs(seconds));
        }
        match code {
            429 => Self::RetryAfter(Duration::from_secs(1)),
            401 => Self::Token,
            404 if words == "Not Found" => Self::Token,
            409 => Self::Conflict,
            500.. => Self::Server(code),
            _ if says("deactivated") => Self::Unreachable("deactivated"),
            _ if says("can't initiate conversation") => Self::Unreachable("no chat"),
            _ if code == 403 || says("bot was blocked") => Self::Unreachable("blocked"),
            _ if says("chat not found") || says("peer_id_invalid") => Self::Unreachable("no chat"),
            _ if says("message is not modified") || says("message_not_modified") => {
                Self::NotModified
            }
            _ if says("message to delete not found") || says("message to edit not found") => {
                Self::Gone
            }
            _ if says("thread not found") || says("topic_") => Self::NoTopic,
            _ => Self::Refused(words.chars().take(WORDS).collect()),
        }
    }

    /// A short name for metrics.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::RetryAfter(_) => "retry_after",
            Self::Token => "token",
            Self::Conflict => "conflict",
            Self::NotModified => "not_modified",
            Self::Gone => "gone",
            Self::NoTopic => "no_topic",
            Self::NoConnection | Self::Network(_) => "network",
            Self::Server(_) => "server",
            Self::Refused(_) => "refused",
            Self::Answer => "answer",
        }
    }
}

impl From<RequestError> for ApiFault {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Api(ApiError::InvalidToken) => Self::Token,
            RequestError::Api(error) => Self::refusal(400, &error.to_string(), None),
            RequestError::RetryAfter(seconds) => Self::RetryAfter(seconds.duration()),
            RequestError::MigrateToChatId(_) => Self::Refused("the chat has moved".to_owned()),
            RequestError::Network(error) if error.is_connect() => Self::NoConnection,
            RequestError::Network(error) => Self::Network(if error.is_timeout() {
                "timed out"
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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn seconds(seconds: u64) -> ApiFault {
        ApiFault::RetryAfter(Duration::from_secs(seconds))
    }

    #[rstest]
    #[case(429, "Too Many Requests: retry after 7", Some(7), seconds(7))]
    #[case(429, "Too Many Requests", None, seconds(1))]
    #[case(401, "Unauthorized", None, ApiFault::Token)]
    #[case(404, "Not Found", None, ApiFault::Token)]
    #[case(
        409,
        "Conflict: terminated by other getUpdates request",
        None,
        ApiFault::Conflict
    )]
    #[case(502, "Bad Gateway", None, ApiFault::Server(502))]
    #[case(
        403,
        "Forbidden: bot was blocked by the user",
        None,
        ApiFault::Unreachable("blocked")
    )]
    #[case(
        403,
        "Forbidden: user is deactivated",
        None,
        ApiFault::Unreachable("deactivated")
    )]
    #[case(
        400,
        "Bad Request: chat not found",
        None,
        ApiFault::Unreachable("no chat")
    )]
    #[case(
        400,
        "Bad Request: message is not modified: …",
        None,
        ApiFault::NotModified
    )]
    #[case(400, "Bad Request: message to delete not found", None, ApiFault::Gone)]
    #[case(400, "Bad Request: message thread not found", None, ApiFault::NoTopic)]
    #[case(400, "Bad Request: TOPIC_CLOSED", None, ApiFault::NoTopic)]
    #[case(
        400,
        "Bad Request: message can't be edited",
        None,
        ApiFault::Refused("Bad Request: message can't be edited".to_owned())
    )]
    fn a_refusal_is_known_by_what_can_be_done_about_it(
        #[case] code: u16,
        #[case] words: &str,
        #[case] retry_after: Option<u64>,
        #[case] fault: ApiFault,
    ) {
        assert_eq!(ApiFault::refusal(code, words, retry_after), fault);
    }
}
