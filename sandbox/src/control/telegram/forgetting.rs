//! What Telegram removes or forgets: members (who may come back), changes, references
//! of files.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::answer::TelegramError;
use super::state::TelegramState;
use crate::world::ChatKind;

/// Removes someone from a chat.
#[utoipa::path(
    delete, path = "/channels/{id}/members/{person}", tag = "chats",
    params(
        ("id" = i64, Path, description = "The chat"),
        ("person" = i64, Path, description = "The person"),
    ),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn member(
    State(state): State<TelegramState>,
    Path((id, person)): Path<(i64, i64)>,
) -> Result<StatusCode, TelegramError> {
    let chat = state.chat(id)?;
    if !chat.has_member(person) {
        return Err(TelegramError::not_found("USER_NOT_PARTICIPANT"));
    }
    state.world.chats().remove_member(&chat, person);
    if chat.kind.is_channel() {
        state.world.access_changed(chat.id, vec![person]);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Adds someone to a chat, or lets them back in.
#[utoipa::path(
    put, path = "/channels/{id}/members/{person}", tag = "chats",
    params(
        ("id" = i64, Path, description = "The chat"),
        ("person" = i64, Path, description = "The person"),
    ),
    responses(
        (status = 204),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn add_member(
    State(state): State<TelegramState>,
    Path((id, person)): Path<(i64, i64)>,
) -> Result<StatusCode, TelegramError> {
    let chat = state.chat(id)?;
    if chat.kind == ChatKind::Private {
        return Err(TelegramError::bad_request("CHAT_ID_INVALID"));
    }
    state.user(person)?;
    let joined = state.world.chats().add_member(&chat, person);
    if joined && chat.kind.is_channel() {
        state.world.access_changed(chat.id, vec![person]);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets what happened in a chat so far: a client that was away gets
/// `updates.channelDifferenceTooLong` and has to read the history.
#[utoipa::path(
    delete, path = "/channels/{id}/changes", tag = "chats",
    params(("id" = i64, Path, description = "The chat")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn changes(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, TelegramError> {
    state.chat(id)?.forget_changes();
    Ok(StatusCode::NO_CONTENT)
}

/// Lets the references of all files expire: they have to be fetched again, with
/// their messages.
#[utoipa::path(delete, path = "/file-references", tag = "chats", responses((status = 204)))]
pub(super) async fn file_references(State(state): State<TelegramState>) -> StatusCode {
    state.world.chats().expire_file_references();
    StatusCode::NO_CONTENT
}
