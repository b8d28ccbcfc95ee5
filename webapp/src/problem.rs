//! Everything that can go wrong in a request, and what is answered.
//!
//! A handler returns an [`ApiError`]; the edge ([`crate::edge`]) turns it into
//! `application/problem+json` (RFC 9457) with the id of the request, and logs
//! what is our fault. Details of those stay in the log.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sesame_domain::ports::{ServiceError, StoreError, VaultError};
use sesame_domain::reason::Reason;
use utoipa::ToSchema;

use crate::init_data::InitDataError;

/// Why it is not known who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unauthorized {
    #[error("no one is signed in")]
    Missing,
    #[error(transparent)]
    InitData(#[from] InitDataError),
    #[error("the token is not ours")]
    TokenInvalid,
    #[error("the token is too old")]
    TokenExpired,
    #[error("another token was given out in its place")]
    TokenSuperseded,
    #[error("everything about the person was erased since")]
    TokenRevoked,
    #[error("it is not the secret that Telegram was given")]
    WebhookSecret,
}

/// Everything that can go wrong in a request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    #[error("the token is not good for this")]
    Forbidden,
    #[error("not found")]
    NotFound,
    #[error("the login is not in a state for this")]
    WrongState,
    #[error("the password is empty")]
    PasswordEmpty,
    #[error("the password is too long")]
    PasswordTooLong,
    #[error("erasing was not confirmed")]
    EraseUnconfirmed,
    #[error("the body is too large")]
    BodyTooLarge,
    #[error("the content type is wrong")]
    WrongContentType,
    #[error("the request is malformed")]
    Malformed,
    #[error("the method is not allowed")]
    MethodNotAllowed,
    #[error("the link was used before")]
    ScreenUsed,
    #[error("the link is too old or was never given out")]
    ScreenUnknown,
    #[error("busy")]
    Busy,
    #[error("the answer took too long")]
    Timeout,
    #[error("storage is unavailable")]
    Unavailable(#[source] StoreError),
    #[error("storage is full")]
    StorageFull(#[source] StoreError),
    #[error("storage cannot be read or written")]
    StorageFailing(#[source] StoreError),
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    pub(crate) fn internal(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Internal(Box::new(source))
    }

    /// Status, stable code, and words for a developer.
    pub(crate) fn describe(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::Unauthorized(why) => {
                let (code, title) = why.describe();
                (S::UNAUTHORIZED, code, title)
            }
            Self::Forbidden => (S::FORBIDDEN, "forbidden", "This token only shows a code."),
            Self::NotFound => (S::NOT_FOUND, "not_found", "There is no such thing."),
            Self::WrongState => (
                S::CONFLICT,
                "wrong_state",
                "The login is not in a state for this.",
            ),
            Self::PasswordEmpty => (
                S::UNPROCESSABLE_ENTITY,
                "password_empty",
                "The password is empty.",
            ),
            Self::PasswordTooLong => (
                S::UNPROCESSABLE_ENTITY,
                "password_too_long",
                "The password has more than 1024 bytes.",
            ),
            Self::EraseUnconfirmed => (
                S::UNPROCESSABLE_ENTITY,
                "erase_unconfirmed",
                "Erasing is confirmed with other words.",
            ),
            Self::BodyTooLarge => (
                S::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "The body is too large.",
            ),
            Self::WrongContentType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "wrong_content_type",
                "The content type is not one that is read here.",
            ),
            Self::Malformed => (
                S::BAD_REQUEST,
                "malformed",
                "The request cannot be understood.",
            ),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This method is not allowed here.",
            ),
            Self::ScreenUsed => (S::GONE, "screen_used", "The link was used before."),
            Self::ScreenUnknown => (
                S::GONE,
                "screen_unknown",
                "The link is too old or was never given out.",
            ),
            Self::Busy => (S::SERVICE_UNAVAILABLE, "busy", "Busy. Try again."),
            Self::Timeout => (
                S::SERVICE_UNAVAILABLE,
                "timeout",
                "It took too long. Try again.",
            ),
            Self::Unavailable(_) => (
                S::SERVICE_UNAVAILABLE,
                "unavailable",
                "Out of order for a moment. Try again.",
            ),
            Self::StorageFull(_) => (
                S::SERVICE_UNAVAILABLE,
                "storage_full",
                "There is no room to store anything. Nothing was changed.",
            ),
            Self::StorageFailing(_) => (
                S::SERVICE_UNAVAILABLE,
                "storage_failing",
                "Storage cannot be read or written. Nothing was changed.",
            ),
            Self::Internal(_) => (
                S::INTERNAL_SERVER_ERROR,
                "internal",
                "Something went wrong on our side.",
            ),
        }
    }

    /// After how many seconds trying again makes sense.
    pub(crate) fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::Busy | Self::Timeout | Self::Unavailable(_) => Some(2),
            // Someone has to do something first.
            Self::StorageFull(_) | Self::StorageFailing(_) => Some(30),
            Self::Unauthorized(_)
            | Self::Forbidden
            | Self::NotFound
            | Self::WrongState
            | Self::PasswordEmpty
            | Self::PasswordTooLong
            | Self::EraseUnconfirmed
            | Self::BodyTooLarge
            | Self::WrongContentType
            | Self::Malformed
            | Self::MethodNotAllowed
            | Self::ScreenUsed
            | Self::ScreenUnknown
            | Self::Internal(_) => None,
        }
    }

    /// The answer's body.
    pub(crate) fn problem(&self, request_id: &str) -> Problem {
        let (status, code, title) = self.describe();
        Problem {
            kind: format!("urn:sesame:problem:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            request_id: request_id.to_owned(),
        }
    }
}

impl Unauthorized {
    fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::Missing => ("unauthorized", "Send an Authorization header."),
            Self::InitData(InitDataError::Missing) => {
                ("init_data_missing", "There is no initData.")
            }
            Self::InitData(InitDataError::Malformed) => {
                ("init_data_malformed", "The initData is damaged.")
            }
            Self::InitData(InitDataError::Forged) => (
                "init_data_forged",
                "The initData is not signed for this bot.",
            ),
            Self::InitData(InitDataError::Unsigned) => (
                "init_data_unsigned",
                "The initData lacks Telegram's own signature, as old apps send it.",
            ),
            Self::InitData(InitDataError::Stale) => (
                "init_data_stale",
                "The initData is too old. Open the app again from the bot.",
            ),
            Self::InitData(InitDataError::Future) => {
                ("init_data_future", "The initData is from the future.")
            }
            Self::InitData(InitDataError::Replayed) => (
                "init_data_replayed",
                "The initData was used before. Open the app again from the bot.",
            ),
            Self::TokenInvalid => ("token_invalid", "The token is not ours."),
            Self::TokenExpired => (
                "token_expired",
                "The token is too old. Open the app again from the bot.",
            ),
            Self::TokenSuperseded => (
                "token_superseded",
                "Another token was given out in place of this one.",
            ),
            Self::TokenRevoked => (
                "token_revoked",
                "What was known of its person was erased. Open the app again from the bot.",
            ),
            Self::WebhookSecret => (
                "webhook_secret",
                "This is not the secret that Telegram was given.",
            ),
        }
    }
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound => Self::NotFound,
            ServiceError::WrongState => Self::WrongState,
            ServiceError::Busy => Self::Busy,
            ServiceError::Store(error) => error.into(),
            ServiceError::Vault(error) => error.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Fenced => Self::Busy,
            StoreError::Unavailable(_) => Self::Unavailable(error),
            StoreError::Full(_) => Self::StorageFull(error),
            StoreError::Failing(_) => Self::StorageFailing(error),
            StoreError::Inconsistent(_) => Self::internal(error),
        }
    }
}

impl From<VaultError> for ApiError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Audit(error) | VaultError::Register(error) => error.into(),
            VaultError::Provider(_) => {
                tracing::warn!(
                    error = %Reason::of(&error),
                    "the keys are out of reach"
                );
                Self::Busy
            }
            VaultError::UnknownKey(_)
            | VaultError::RetiredKey(_)
            | VaultError::Tampered
            | VaultError::Format => Self::internal(error),
        }
    }
}

/// An error (RFC 9457). What to do about it follows from `code`, which never changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The code as a URI.
    #[serde(rename = "type")]
    kind: String,
    /// Words for a developer; not for showing to people.
    title: String,
    /// The HTTP status.
    status: u16,
    /// The stable code.
    code: String,
    /// By which the request is found in the log.
    request_id: String,
}

/// Carries the error from the handler to the edge.
#[derive(Clone)]
pub(crate) struct Failed(pub(crate) Arc<ApiError>);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.describe().0.into_response();
        response.extensions_mut().insert(Failed(Arc::new(self)));
        response
    }
}
