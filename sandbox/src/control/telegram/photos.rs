//! The pictures of people and chats.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;

/// A picture that is to be given to someone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetPhoto {
    /// The data centre that keeps it; 1 if absent.
    dc: Option<i32>,
}

/// Gives a person or a bot a picture that is made up.
#[utoipa::path(
    put, path = "/people/{id}/photo", tag = "people", request_body = SetPhoto,
    params(("id" = i64, Path, description = "The person or bot")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn of_person(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(new): Body<SetPhoto>,
) -> Result<StatusCode, TelegramError> {
    let user = state.user(id)?;
    state.world.photos().set(user.id, new.dc.unwrap_or(1));
    Ok(StatusCode::NO_CONTENT)
}

/// Takes it away.
#[utoipa::path(
    delete, path = "/people/{id}/photo", tag = "people",
    params(("id" = i64, Path, description = "The person or bot")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn remove_of_person(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, TelegramError> {
    let user = state.user(id)?;
    state.world.photos().remove(user.id);
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a chat a picture that is made up.
#[utoipa::path(
    put, path = "/channels/{id}/photo", tag = "chats", request_body = SetPhoto,
    params(("id" = i64, Path, description = "The chat")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn of_chat(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(new): Body<SetPhoto>,
) -> Result<StatusCode, TelegramError> {
    let chat = state.chat(id)?;
    state.world.photos().set(chat.id, new.dc.unwrap_or(1));
    Ok(StatusCode::NO_CONTENT)
}

/// Takes it away.
#[utoipa::path(
    delete, path = "/channels/{id}/photo", tag = "chats",
    params(("id" = i64, Path, description = "The chat")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn remove_of_chat(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, TelegramError> {
    let chat = state.chat(id)?;
    state.world.photos().remove(chat.id);
    Ok(StatusCode::NO_CONTENT)
}
