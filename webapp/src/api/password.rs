//! `POST /logins/{id}/password`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sesame_domain::ports::Answer;
use utoipa::ToSchema;

use super::json::LoginJson;
use super::logins::{self, login_id};
use crate::app::App;
use crate::body::{Body, Form};
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// The longest password, in bytes.
const MAX_PASSWORD_BYTES: usize = 1024;

/// A cloud password. It is handed on and forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordBody {
    /// 1 to 1024 bytes.
    password: String,
}

/// Hands the cloud password to the login. Whether it was right, the login's
/// next versions say.
#[utoipa::path(
    post,
    path = "/logins/{id}/password",
    tag = "logins",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The login.")),
    request_body(content(
        (PasswordBody = "application/json"),
        (PasswordBody = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 202, body = LoginJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No password is asked for.", body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn submit(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<LoginJson>), ApiError> {
    let id = login_id(&id)?;
    let password = password_in(&body)?;
    logins::submit(&app, &owner, id, Answer::Password(password)).await
}

fn password_in(body: &Body) -> Result<SecretString, ApiError> {
    let password = match body.form {
        Form::Json => body.json::<PasswordBody>()?.password,
        Form::UrlEncoded => body.field("password").ok_or(ApiError::Malformed)?,
        Form::Unnamed => return Err(ApiError::WrongContentType),
    };
    let password = SecretString::from(password);
    match password.expose_secret().len() {
        0 => Err(ApiError::PasswordEmpty),
        1..=MAX_PASSWORD_BYTES => Ok(password),
        _ => Err(ApiError::PasswordTooLong),
    }
}
