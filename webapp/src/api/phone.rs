//! Signing in by phone number and code.
//!
//! The number and the code go from the request to the login's driver, and are
//! forgotten: neither is logged, nor in an address.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sesame_domain::ids::Owner;
use sesame_domain::ports::Answer;
use utoipa::ToSchema;

use super::json::LoginJson;
use super::logins::{login_id, submit};
use crate::app::App;
use crate::body::{Body, Form};
use crate::identity::Identity;
use crate::phone_number::PhoneNumber;
use crate::problem::{ApiError, Problem};

/// The longest code, in characters: a phrase has a few words.
const MAX_CODE: usize = 64;

/// A phone number, typed or shared.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberBody {
    /// A number as it was typed, with its country's code.
    number: Option<String>,
    /// What Telegram answered to `requestContact`, as it is.
    contact: Option<String>,
}

/// A number that is being typed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypedNumber {
    /// As it was typed.
    number: String,
}

/// How a number is written.
#[derive(Serialize, ToSchema)]
pub(crate) struct WrittenNumber {
    /// As it is written where it is from.
    national: String,
    /// Where it is from (ISO 3166-1 alpha-2), if that is known.
    country: Option<String>,
}

/// A code. It is handed on and forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeBody {
    /// 1 to 64 characters.
    code: String,
}

/// Says how a number is written, while it is typed. Nothing is kept of it, and
/// Telegram is not asked.
#[utoipa::path(
    post,
    path = "/phone-number",
    tag = "logins",
    security(("token" = []), ("init_data" = [])),
    request_body = TypedNumber,
    responses(
        (status = 200, body = WrittenNumber),
        (status = 422, description = "That is no phone number (yet).", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn read_number(_: Identity, body: Body) -> Result<Json<WrittenNumber>, ApiError> {
    let typed = body.json::<TypedNumber>()?.number;
    let number = PhoneNumber::read(&typed).ok_or(ApiError::NumberInvalid)?;
    Ok(Json(WrittenNumber {
        national: number.national().to_owned(),
        country: number.country().map(str::to_owned),
    }))
}

/// Has Telegram send a code to a number. Whether it did, the login's next versions
/// say.
#[utoipa::path(
    post,
    path = "/logins/{id}/number",
    tag = "logins",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The login.")),
    request_body(content(
        (NumberBody = "application/json"),
        (NumberBody = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 202, body = LoginJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No number is asked for.", body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn submit_number(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<LoginJson>), ApiError> {
    let number = number_in(&app, &owner, &body)?;
    submit(
        &app,
        &owner,
        login_id(&id)?,
        Answer::Number(number.secret()),
    )
    .await
}

/// Takes the number back: another one is to be given, and the code that was sent
/// is void.
#[utoipa::path(
    delete,
    path = "/logins/{id}/number",
    tag = "logins",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The login.")),
    responses(
        (status = 202, body = LoginJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No code was sent, or there were enough numbers.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn another_number(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<LoginJson>), ApiError> {
    submit(&app, &owner, login_id(&id)?, Answer::AnotherNumber).await
}

/// Hands the code to the login. Whether it was right, the login's next versions say.
#[utoipa::path(
    post,
    path = "/logins/{id}/code",
    tag = "logins",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The login.")),
    request_body(content(
        (CodeBody = "application/json"),
        (CodeBody = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 202, body = LoginJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No code is asked for.", body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn submit_code(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<LoginJson>), ApiError> {
    let code = code_in(&body)?;
    submit(&app, &owner, login_id(&id)?, Answer::Code(code)).await
}

/// Has Telegram send another code, by the next way, or after one that is void.
#[utoipa::path(
    post,
    path = "/logins/{id}/code/resend",
    tag = "logins",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The login.")),
    responses(
        (status = 202, body = LoginJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No code was sent, or it is too early for another one.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn another_code(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<LoginJson>), ApiError> {
    submit(&app, &owner, login_id(&id)?, Answer::AnotherCode).await
}

fn number_in(app: &App, owner: &Owner, body: &Body) -> Result<PhoneNumber, ApiError> {
    let given = match body.form {
        Form::Json => body.json::<NumberBody>()?,
        Form::UrlEncoded => NumberBody {
            number: body.field("number"),
            contact: body.field("contact"),
        },
        Form::Unnamed => return Err(ApiError::WrongContentType),
    };
    match given {
        NumberBody {
            number: Some(typed),
            contact: None,
        } => PhoneNumber::read(&typed).ok_or(ApiError::NumberInvalid),
        NumberBody {
            number: None,
            contact: Some(contact),
        } => {
            let now = app.ports.clock.now();
            let shared = app.verifier.verify_contact(&contact, owner.person, now);
            let number = shared.map_err(|_| ApiError::ContactInvalid)?;
            PhoneNumber::read(&number).ok_or(ApiError::NumberInvalid)
        }
        NumberBody { .. } => Err(ApiError::Malformed),
    }
}

fn code_in(body: &Body) -> Result<SecretString, ApiError> {
    let code = match body.form {
        Form::Json => body.json::<CodeBody>()?.code,
        Form::UrlEncoded => body.field("code").ok_or(ApiError::Malformed)?,
        Form::Unnamed => return Err(ApiError::WrongContentType),
    };
    // As people copy them: "12 345", "12-345".
    let code = code.trim();
    let is_digits = code.chars().all(|c| c.is_ascii_digit() || " -".contains(c));
    let code: String = if is_digits {
        code.chars().filter(char::is_ascii_digit).collect()
    } else {
        code.to_owned()
    };
    match code.chars().count() {
        1..=MAX_CODE => Ok(code.into()),
        _ => Err(ApiError::CodeInvalid),
    }
}
