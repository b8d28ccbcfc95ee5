//! How the Bot API says no.

use serde_json::{Value, json};

use super::entities::EntityError;

/// An answer with `ok: false`; the words are Telegram's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// 400: the request asks for something impossible.
    #[error("Bad Request: {0}")]
    BadRequest(String),
    /// 401: there is no bot with this token.
    #[error("Unauthorized")]
    Unauthorized,
    /// 403: the person does not want to hear from the bot.
    #[error("Forbidden: {0}")]
    Forbidden(&'static str),
    /// 404: the address is not one of this API's.
    #[error("Not Found")]
    NotFound,
    /// 404: there is no such method.
    #[error("Not Found: method not found")]
    MethodNotFound,
    /// 409: two ways of getting updates exclude each other.
    #[error("Conflict: {0}")]
    Conflict(&'static str),
    /// 413: the request is larger than the Bot API takes.
    #[error("Request Entity Too Large")]
    TooLarge,
    /// 429: too much in too short a time.
    #[error("Too Many Requests: retry after {retry_after}")]
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// An error that was ordered through the control interface.
    #[error("{description}")]
    Ordered {
        /// The HTTP status and `error_code`.
        code: u16,
        /// The words of the answer.
        description: String,
        /// Seconds to wait, if the answer names them.
        retry_after: Option<u64>,
    },
}

impl ApiError {
    /// A 400 with these words after `Bad Request: `.
    pub fn bad(words: impl Into<String>) -> Self {
        Self::BadRequest(words.into())
    }

    /// The HTTP status, which is also the `error_code`.
    pub fn code(&self) -> u16 {
        match self {
            Self::BadRequest(_) => 400,
            Self::Unauthorized => 401,
            Self::Forbidden(_) => 403,
            Self::NotFound | Self::MethodNotFound => 404,
            Self::Conflict(_) => 409,
            Self::TooLarge => 413,
            Self::TooManyRequests { .. } => 429,
            Self::Ordered { code, .. } => *code,
        }
    }

    /// Whether the connection breaks off in place of an answer.
    pub(super) fn breaks_off(&self) -> bool {
        self.code() == 0
    }

    /// Seconds to wait before the next attempt, if the answer names them.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests { retry_after } => Some(*retry_after),
            Self::Ordered { retry_after, .. } => *retry_after,
            Self::BadRequest(_)
            | Self::Unauthorized
            | Self::Forbidden(_)
            | Self::NotFound
            | Self::MethodNotFound
            | Self::Conflict(_)
            | Self::TooLarge => None,
        }
    }

    /// The JSON body of the answer.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "ok": false,
            "error_code": self.code(),
            "description": self.to_string(),
        });
        if let (Some(seconds), Some(fields)) = (self.retry_after(), body.as_object_mut()) {
            fields.insert("parameters".to_owned(), json!({"retry_after": seconds}));
        }
        body
    }
}

impl From<EntityError> for ApiError {
    fn from(error: EntityError) -> Self {
        Self::bad(error.to_string())
    }
}
