//! Everything that can go wrong in a request, and what is answered.
//!
//! A handler returns an [`ApiError`]; the edge ([`crate::edge`]) turns it into
//! `application/problem+json` (RFC 9457) with the id of the request, and logs
//! what is our fault. Details of those stay in the log.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sesame_domain::ports::{
    ArchiveError, ChatError, ExportFilesError, ExportRequestError, ServiceError, StoreError,
    VaultError,
};
use sesame_domain::reading::ReadError;
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;
use sesame_words::{Language, ProblemsWords, Text};
use utoipa::ToSchema;

use crate::channel_problem::ChannelProblem;
use crate::edge::whole_seconds;
use crate::init_data::InitDataError;
use crate::read_problem::ReadProblem;

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

/// What names an error's title.
type Title = fn(ProblemsWords) -> Text;

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
    #[error("this way to sign in is off")]
    MethodOff,
    #[error("that is no phone number")]
    NumberInvalid,
    #[error("the contact was not shared by this person")]
    ContactInvalid,
    #[error("that is no code")]
    CodeInvalid,
    #[error("the password is empty")]
    PasswordEmpty,
    #[error("the password is too long")]
    PasswordTooLong,
    #[error("erasing was not confirmed")]
    EraseUnconfirmed,
    #[error("the body is too large")]
    BodyTooLarge,
    #[error("the body did not come in time")]
    BodyTooSlow,
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
    #[error("asked too often")]
    TooMany(Duration),
    #[error("the bot may not write to this person")]
    ChatClosed,
    #[error("Telegram did not say how the account does")]
    NotChecked,
    #[error(transparent)]
    Read(#[from] ReadProblem),
    #[error(transparent)]
    Channel(#[from] ChannelProblem),
    #[error("the cursor is of another list")]
    CursorInvalid,
    #[error("exports are off")]
    ExportsOff,
    #[error("there is an export for which something else was chosen")]
    ExportDiffers,
    #[error("nothing of the export can be fetched yet")]
    ExportNotReady,
    #[error("the export is larger than what a bot sends")]
    ExportTooLarge,
    #[error("the person's exports take all the room that they may")]
    QuotaExceeded,
    #[error("the place of the exports cannot be used")]
    ExportsUnavailable(#[source] ExportFilesError),
    #[error("the export is damaged")]
    ExportDamaged(#[source] ExportFilesError),
    #[error("the link was used before")]
    LinkUsed,
    #[error("the link is too old, or its export is gone")]
    LinkUnknown,
    #[error("busy")]
    Busy,
    #[error("too many watch logins here")]
    Crowded,
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

    /// What an error of reading is to whoever asked.
    pub(crate) fn of_reading(error: ReadError, now: Timestamp) -> Self {
        let wait = |until: Timestamp| (until - now).to_std().unwrap_or_default();
        let problem = match error {
            ReadError::Flood { until } => ReadProblem::Flood {
                until,
                wait: wait(until),
            },
            ReadError::Down { dc, until } => ReadProblem::Down {
                dc,
                until,
                wait: wait(until),
            },
            ReadError::NoAccess => ReadProblem::Forbidden,
            ReadError::PeerUnknown | ReadError::NoSuchName => ReadProblem::UnknownChat,
            ReadError::FileReferenceExpired => {
                ReadProblem::FileGone("FILE_REFERENCE_EXPIRED".to_owned())
            }
            ReadError::FileUnavailable(name) => ReadProblem::FileGone(name),
            ReadError::Frozen => ReadProblem::Frozen,
            ReadError::SessionDead(cause) => ReadProblem::SessionEnded(cause),
            ReadError::Elsewhere => ReadProblem::Elsewhere,
            ReadError::Unreachable(why) | ReadError::NoAnswer(why) | ReadError::Temporary(why) => {
                ReadProblem::Silent(why)
            }
            ReadError::Refused { code, name } => ReadProblem::Refused { code, name },
            ReadError::Stopping => return Self::Busy,
            ReadError::Store(error) => return error.into(),
            ReadError::Vault(error) => return error.into(),
            // No one outside asks for parts, changes of channels or exports of Telegram's.
            error @ (ReadError::FilePart { .. }
            | ReadError::CursorInvalid(_)
            | ReadError::Takeout(_)) => {
                return Self::internal(error);
            }
        };
        Self::Read(problem)
    }

    /// Status, stable code, and the message of words for a developer.
    pub(crate) fn describe(&self) -> (StatusCode, &'static str, Title) {
        use ProblemsWords as W;
        use StatusCode as S;
        match self {
            Self::Unauthorized(why) => {
                let (code, title) = why.describe();
                (S::UNAUTHORIZED, code, title)
            }
            Self::Forbidden => (S::FORBIDDEN, "forbidden", W::forbidden),
            Self::NotFound => (S::NOT_FOUND, "not_found", W::not_found),
            Self::WrongState => (S::CONFLICT, "wrong_state", W::wrong_state),
            Self::MethodOff => (S::FORBIDDEN, "method_off", W::method_off),
            Self::NumberInvalid => (S::UNPROCESSABLE_ENTITY, "number_invalid", W::number_invalid),
            Self::ContactInvalid => (
                S::UNPROCESSABLE_ENTITY,
                "contact_invalid",
                W::contact_invalid,
            ),
            Self::CodeInvalid => (S::UNPROCESSABLE_ENTITY, "code_invalid", W::code_invalid),
            Self::PasswordEmpty => (S::UNPROCESSABLE_ENTITY, "password_empty", W::password_empty),
            Self::PasswordTooLong => (
                S::UNPROCESSABLE_ENTITY,
                "password_too_long",
                W::password_too_long,
            ),
            Self::EraseUnconfirmed => (
                S::UNPROCESSABLE_ENTITY,
                "erase_unconfirmed",
                W::erase_unconfirmed,
            ),
            Self::BodyTooLarge => (S::PAYLOAD_TOO_LARGE, "body_too_large", W::body_too_large),
            Self::BodyTooSlow => (S::REQUEST_TIMEOUT, "body_too_slow", W::body_too_slow),
            Self::WrongContentType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "wrong_content_type",
                W::wrong_content_type,
            ),
            Self::Malformed => (S::BAD_REQUEST, "malformed", W::malformed),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                W::method_not_allowed,
            ),
            Self::ScreenUsed => (S::GONE, "screen_used", W::screen_used),
            Self::ScreenUnknown => (S::GONE, "screen_unknown", W::screen_unknown),
            Self::TooMany(_) => (S::TOO_MANY_REQUESTS, "rate_limited", W::rate_limited),
            Self::ChatClosed => (S::CONFLICT, "chat_closed", W::chat_closed),
            Self::NotChecked => (S::SERVICE_UNAVAILABLE, "not_checked", W::not_checked),
            Self::Read(problem) => problem.describe(),
            Self::Channel(problem) => problem.describe(),
            Self::CursorInvalid => (S::BAD_REQUEST, "cursor_invalid", W::cursor_invalid),
            Self::ExportsOff => (S::FORBIDDEN, "exports_off", W::exports_off),
            Self::ExportDiffers => (S::CONFLICT, "export_differs", W::export_differs),
            Self::ExportNotReady => (S::CONFLICT, "export_not_ready", W::export_not_ready),
            Self::ExportTooLarge => (S::CONFLICT, "export_too_large", W::export_too_large),
            Self::QuotaExceeded => (S::CONFLICT, "quota_exceeded", W::quota_exceeded),
            Self::ExportsUnavailable(_) => (
                S::SERVICE_UNAVAILABLE,
                "exports_unavailable",
                W::exports_unavailable,
            ),
            Self::ExportDamaged(_) => (
                S::INTERNAL_SERVER_ERROR,
                "export_damaged",
                W::export_damaged,
            ),
            Self::LinkUsed => (S::GONE, "link_used", W::link_used),
            Self::LinkUnknown => (S::NOT_FOUND, "link_unknown", W::link_unknown),
            Self::Busy => (S::SERVICE_UNAVAILABLE, "busy", W::busy),
            Self::Crowded => (S::SERVICE_UNAVAILABLE, "crowded", W::crowded),
            Self::Timeout => (S::SERVICE_UNAVAILABLE, "timeout", W::timeout),
            Self::Unavailable(_) => (S::SERVICE_UNAVAILABLE, "unavailable", W::unavailable),
            Self::StorageFull(_) => (S::SERVICE_UNAVAILABLE, "storage_full", W::storage_full),
            Self::StorageFailing(_) => (
                S::SERVICE_UNAVAILABLE,
                "storage_failing",
                W::storage_failing,
            ),
            Self::Internal(_) => (S::INTERNAL_SERVER_ERROR, "internal", W::internal),
        }
    }

    /// After how many seconds trying again makes sense.
    pub(crate) fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::TooMany(wait) => {
                let seconds = whole_seconds(*wait).max(1);
                Some(u32::try_from(seconds).unwrap_or(u32::MAX))
            }
            Self::Busy | Self::Timeout | Self::Unavailable(_) => Some(2),
            Self::Crowded | Self::NotChecked => Some(10),
            Self::Read(problem) => problem.retry_after_seconds(),
            // Someone has to do something first.
            Self::StorageFull(_) | Self::StorageFailing(_) | Self::ExportsUnavailable(_) => {
                Some(30)
            }
            Self::Unauthorized(_)
            | Self::Forbidden
            | Self::NotFound
            | Self::WrongState
            | Self::MethodOff
            | Self::NumberInvalid
            | Self::ContactInvalid
            | Self::CodeInvalid
            | Self::PasswordEmpty
            | Self::PasswordTooLong
            | Self::EraseUnconfirmed
            | Self::BodyTooLarge
            | Self::BodyTooSlow
            | Self::WrongContentType
            | Self::Malformed
            | Self::MethodNotAllowed
            | Self::ChatClosed
            | Self::ScreenUsed
            | Self::ScreenUnknown
            | Self::CursorInvalid
            | Self::Channel(_)
            | Self::ExportsOff
            | Self::ExportDiffers
            | Self::ExportNotReady
            | Self::ExportTooLarge
            | Self::QuotaExceeded
            | Self::ExportDamaged(_)
            | Self::LinkUsed
            | Self::LinkUnknown
            | Self::Internal(_) => None,
        }
    }

    /// The answer's body.
    pub(crate) fn problem(&self, language: Language, request_id: &str) -> Problem {
        let (status, code, title) = self.describe();
        let read = match self {
            Self::Read(problem) => Some(problem),
            _ => None,
        };
        Problem {
            kind: format!("urn:sesame:problem:{code}"),
            title: title(language.problems()).into(),
            status: status.as_u16(),
            code: code.to_owned(),
            request_id: request_id.to_owned(),
            retry_at: read.and_then(ReadProblem::retry_at),
            detail: read.and_then(ReadProblem::detail),
        }
    }
}

impl Unauthorized {
    fn describe(self) -> (&'static str, Title) {
        use ProblemsWords as W;

        match self {
            Self::Missing => ("unauthorized", W::unauthorized),
            Self::InitData(InitDataError::Missing) => ("init_data_missing", W::init_data_missing),
            Self::InitData(InitDataError::Malformed) => {
                ("init_data_malformed", W::init_data_malformed)
            }
            Self::InitData(InitDataError::Forged) => ("init_data_forged", W::init_data_forged),
            Self::InitData(InitDataError::Unsigned) => {
                ("init_data_unsigned", W::init_data_unsigned)
            }
            Self::InitData(InitDataError::Stale) => ("init_data_stale", W::init_data_stale),
            Self::InitData(InitDataError::Future) => ("init_data_future", W::init_data_future),
            Self::InitData(InitDataError::Replayed) => {
                ("init_data_replayed", W::init_data_replayed)
            }
            Self::TokenInvalid => ("token_invalid", W::token_invalid),
            Self::TokenExpired => ("token_expired", W::token_expired),
            Self::TokenSuperseded => ("token_superseded", W::token_superseded),
            Self::TokenRevoked => ("token_revoked", W::token_revoked),
            Self::WebhookSecret => ("webhook_secret", W::webhook_secret),
        }
    }
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound => Self::NotFound,
            ServiceError::WrongState => Self::WrongState,
            ServiceError::MethodOff => Self::MethodOff,
            ServiceError::Busy => Self::Busy,
            ServiceError::Store(error) => error.into(),
            ServiceError::Vault(error) => error.into(),
        }
    }
}

impl From<ExportFilesError> for ApiError {
    fn from(error: ExportFilesError) -> Self {
        match error {
            ExportFilesError::Vault(error) => error.into(),
            ExportFilesError::Damaged => Self::ExportDamaged(error),
            ExportFilesError::Full(_)
            | ExportFilesError::Unreachable(_)
            | ExportFilesError::Gone(_)
            | ExportFilesError::Denied(_) => Self::ExportsUnavailable(error),
        }
    }
}

impl From<ExportRequestError> for ApiError {
    fn from(error: ExportRequestError) -> Self {
        match error {
            ExportRequestError::Store(error) => error.into(),
            ExportRequestError::Files(error) => error.into(),
        }
    }
}

impl From<ArchiveError> for ApiError {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::NotThere => Self::NotFound,
            ArchiveError::Store(error) => error.into(),
            ArchiveError::Files(error) => error.into(),
        }
    }
}

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::Unreachable => Self::ChatClosed,
            ChatError::Busy => Self::Busy,
            ChatError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => Self::NotFound,
            StoreError::Fenced(_) => Self::Busy,
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
    /// From when on trying again makes sense, where that is known to the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    retry_at: Option<Timestamp>,
    /// What Telegram calls it, or why the session ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
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
