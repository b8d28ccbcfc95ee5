//! How the control interface says no.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::bots::{LaunchError, PressError, SayError};

/// Why a request was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Refusal {
    /// A stable name of the reason.
    pub code: &'static str,
    /// The reason in words.
    pub message: String,
}

/// A refused request.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// There is no such person.
    #[error("there is no person with this id")]
    NoPerson,
    /// There is no such file.
    #[error("there is no file with this id")]
    NoFile,
    /// The request makes no sense.
    #[error("{0}")]
    Invalid(&'static str),
    /// The image cannot be read.
    #[error("the image must be a PGM (P5) or a plain 8-bit PNG, up to 8192 pixels wide and high")]
    Image,
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
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoPerson => (StatusCode::NOT_FOUND, "no_person"),
            Self::NoFile => (StatusCode::NOT_FOUND, "no_file"),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            Self::Image => (StatusCode::UNPROCESSABLE_ENTITY, "image"),
            Self::Say(SayError::Length) => (StatusCode::UNPROCESSABLE_ENTITY, "length"),
            Self::Say(SayError::Blocked) | Self::Press(PressError::Blocked) => {
                (StatusCode::CONFLICT, "blocked")
            }
            Self::Press(PressError::NoMessage) => (StatusCode::NOT_FOUND, "no_message"),
            Self::Press(PressError::NoButton) => (StatusCode::NOT_FOUND, "no_button"),
            Self::Launch(LaunchError::NoMenuApp) => (StatusCode::CONFLICT, "no_menu_app"),
            Self::Launch(LaunchError::NoMainApp) => (StatusCode::CONFLICT, "no_main_app"),
            Self::Launch(LaunchError::StartParameter) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "start_parameter")
            }
            Self::Launch(LaunchError::Address) => (StatusCode::UNPROCESSABLE_ENTITY, "address"),
        }
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        let message = self.to_string();
        (status, Json(Refusal { code, message })).into_response()
    }
}
