//! How the control interface says no.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::bots::{CreateBotError, LaunchError, PressError, SayError};

/// A refused request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Refusal {
    error: Reason,
}

/// Why a request was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Reason {
    /// The kind of error, also the HTTP status.
    #[schema(example = 404)]
    code: u16,
    /// A stable name of the reason.
    #[schema(example = "NO_BUTTON")]
    message: &'static str,
    /// The reason in words.
    detail: String,
}

impl Refusal {
    /// The answer with this reason.
    pub(super) fn answer(status: StatusCode, message: &'static str, detail: String) -> Response {
        let code = status.as_u16();
        let error = Reason {
            code,
            message,
            detail,
        };
        (status, Json(Self { error })).into_response()
    }
}

/// A refused request.
#[derive(Debug, thiserror::Error)]
pub(super) enum ControlError {
    /// There is no such person.
    #[error("there is no person with this id")]
    NoPerson,
    /// There is no such bot.
    #[error("there is no bot with this id")]
    NoBot,
    /// There is no such file.
    #[error("there is no file with this id")]
    NoFile,
    /// The request makes no sense.
    #[error("{0}")]
    Invalid(&'static str),
    /// The image cannot be read.
    #[error("the image must be a PGM (P5) or a plain 8-bit PNG, up to 8192 pixels wide and high")]
    Image,
    /// A bot could not be made.
    #[error(transparent)]
    CreateBot(#[from] CreateBotError),
    /// Something could not be said.
    #[error(transparent)]
    Say(#[from] SayError),
    /// A button could not be pressed.
    #[error(transparent)]
    Press(#[from] PressError),
    /// The Mini App could not be opened.
    #[error(transparent)]
    Launch(#[from] LaunchError),
}

impl ControlError {
    fn status_and_name(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoPerson => (StatusCode::NOT_FOUND, "NO_PERSON"),
            Self::NoBot => (StatusCode::NOT_FOUND, "NO_BOT"),
            Self::CreateBot(error) => (StatusCode::BAD_REQUEST, error_name(error)),
            Self::NoFile => (StatusCode::NOT_FOUND, "NO_FILE"),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "INVALID"),
            Self::Image => (StatusCode::UNPROCESSABLE_ENTITY, "IMAGE"),
            Self::Say(SayError::Length) => (StatusCode::UNPROCESSABLE_ENTITY, "LENGTH"),
            Self::Say(SayError::Blocked) | Self::Press(PressError::Blocked) => {
                (StatusCode::CONFLICT, "BLOCKED")
            }
            Self::Say(SayError::NoMessage) | Self::Press(PressError::NoMessage) => {
                (StatusCode::NOT_FOUND, "NO_MESSAGE")
            }
            Self::Press(PressError::NoButton) => (StatusCode::NOT_FOUND, "NO_BUTTON"),
            Self::Launch(LaunchError::NoMenuApp) => (StatusCode::CONFLICT, "NO_MENU_APP"),
            Self::Launch(LaunchError::NoMainApp) => (StatusCode::CONFLICT, "NO_MAIN_APP"),
            Self::Launch(LaunchError::StartParameter) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "START_PARAMETER")
            }
            Self::Launch(LaunchError::Address) => (StatusCode::UNPROCESSABLE_ENTITY, "ADDRESS"),
        }
    }
}

/// Source: core.telegram.org/method/bots.createBot.
fn error_name(error: &CreateBotError) -> &'static str {
    match error {
        CreateBotError::Name => "NAME_INVALID",
        CreateBotError::Username => "USERNAME_INVALID",
        CreateBotError::Suffix => "USERNAME_SUFFIX_MISSING",
        CreateBotError::Taken => "USERNAME_OCCUPIED",
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let (status, name) = self.status_and_name();
        Refusal::answer(status, name, self.to_string())
    }
}
