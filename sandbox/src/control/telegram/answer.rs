//! How this part says no: with Telegram's error names where there is one.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::world::{ChatError, CreatePersonError, ScanError};

/// A refused request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TelegramError {
    error: ErrorBody,
}

/// The reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ErrorBody {
    /// The kind of error, also the HTTP status.
    #[schema(example = 400)]
    code: u16,
    /// Telegram's name of the error.
    #[schema(example = "AUTH_TOKEN_EXPIRED")]
    message: String,
}

impl TelegramError {
    pub(super) fn new(code: StatusCode, message: impl Into<String>) -> Self {
        let (code, message) = (code.as_u16(), message.into());
        Self {
            error: ErrorBody { code, message },
        }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }
}

impl IntoResponse for TelegramError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.error.code);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self)).into_response()
    }
}

impl From<ScanError> for TelegramError {
    fn from(error: ScanError) -> Self {
        let code = match error {
            ScanError::NoSuchPerson => StatusCode::NOT_FOUND,
            ScanError::Banned => StatusCode::UNAUTHORIZED,
            ScanError::Token(_) => StatusCode::BAD_REQUEST,
        };
        Self::new(code, error.to_string())
    }
}

impl From<CreatePersonError> for TelegramError {
    fn from(error: CreatePersonError) -> Self {
        Self::bad_request(match error {
            CreatePersonError::Name => "FIRSTNAME_INVALID",
            CreatePersonError::Phone => "PHONE_NUMBER_INVALID",
            CreatePersonError::Taken => "PHONE_NUMBER_OCCUPIED",
            CreatePersonError::Id => "USER_ID_INVALID",
        })
    }
}

impl From<ChatError> for TelegramError {
    fn from(error: ChatError) -> Self {
        Self::bad_request(match error {
            ChatError::Title => "CHAT_TITLE_EMPTY",
            ChatError::Members => "USERS_TOO_FEW",
            ChatError::Exists => "USER_ALREADY_PARTICIPANT",
        })
    }
}
