//! Cloud passwords.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use crate::world::{CloudPassword, Person};

/// A cloud password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetPassword {
    /// The password; not empty.
    password: String,
    /// What its owner noted to remember it by.
    hint: Option<String>,
}

/// Sets a person's cloud password. Login attempts under way notice.
#[utoipa::path(
    put, path = "/people/{id}/password", tag = "people", request_body = SetPassword,
    params(("id" = i64, Path, description = "The person")),
    responses(
        (status = 200, body = Person),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn set(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(new): Body<SetPassword>,
) -> Result<Json<Person>, TelegramError> {
    state.person(id)?;
    let password = derive(new.password, new.hint).await?;
    apply(&state, id, Some(password))
}

/// Removes a person's cloud password.
#[utoipa::path(
    delete, path = "/people/{id}/password", tag = "people",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 200, body = Person), (status = 404, body = TelegramError)),
)]
pub(super) async fn remove(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<Json<Person>, TelegramError> {
    apply(&state, id, None)
}

fn apply(
    state: &TelegramState,
    id: i64,
    password: Option<CloudPassword>,
) -> Result<Json<Person>, TelegramError> {
    let person = state.world.set_password(id, password);
    let person = person.ok_or(TelegramError::not_found("USER_ID_INVALID"))?;
    Ok(Json(person))
}

/// Derives what is stored of a password, off the reactor.
pub(super) async fn derive(
    password: String,
    hint: Option<String>,
) -> Result<CloudPassword, TelegramError> {
    if password.is_empty() {
        return Err(TelegramError::bad_request("NEW_SETTINGS_INVALID"));
    }
    tokio::task::spawn_blocking(move || CloudPassword::derive(&password, hint))
        .await
        .map_err(|_| TelegramError::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"))
}
