//! Messages in chats.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use super::written::Say;
use crate::world::{Chat, Message, NewMessage};

/// The messages that were said.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Said {
    /// Their numbers.
    ids: Vec<i32>,
}

/// Says something in a chat.
#[utoipa::path(
    post, path = "/channels/{id}/messages", tag = "chats", request_body = Say,
    params(("id" = i64, Path, description = "The chat")),
    responses(
        (status = 201, body = Said),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn say(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(say): Body<Say>,
) -> Result<(StatusCode, Json<Said>), TelegramError> {
    let chat = state.chat(id)?;
    let messages = say.read(&state)?;
    let ids = say_all(&state, &chat, messages);
    Ok((StatusCode::CREATED, Json(Said { ids })))
}

pub(super) fn say_all(state: &TelegramState, chat: &Chat, messages: Vec<NewMessage>) -> Vec<i32> {
    let now = state.now();
    let say = |new| state.world.chats().say(chat, new, now).id;
    messages.into_iter().map(say).collect()
}

/// A message that was said.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MessageView {
    /// Its number.
    id: i32,
    /// Who wrote it; no one for posts of a channel.
    from: Option<i64>,
    /// When it was sent, in seconds since 1970.
    date: i64,
    /// What it says.
    text: String,
    /// When it was edited last, in seconds since 1970.
    edited: Option<i64>,
    /// The name of the file with it.
    file_name: Option<String>,
}

impl From<&Message> for MessageView {
    fn from(message: &Message) -> Self {
        let file = message.media.as_ref().map(|media| &media.file);
        Self {
            id: message.id,
            from: message.from,
            date: message.date,
            text: message.text.clone(),
            edited: message.edited,
            file_name: file.map(|file| file.file_name.clone()),
        }
    }
}

/// The messages of a chat, oldest first.
#[utoipa::path(
    get, path = "/channels/{id}/messages", tag = "chats",
    params(("id" = i64, Path, description = "The chat")),
    responses((status = 200, body = Vec<MessageView>), (status = 404, body = TelegramError)),
)]
pub(super) async fn list(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<MessageView>>, TelegramError> {
    let chat = state.chat(id)?;
    Ok(Json(chat.messages(|all| {
        all.oldest_first()
            .map(|it| MessageView::from(&it))
            .collect()
    })))
}

/// What a message is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Edit {
    /// The new text.
    text: String,
}

/// Edits a message.
#[utoipa::path(
    patch, path = "/channels/{id}/messages/{message}", tag = "chats", request_body = Edit,
    params(
        ("id" = i64, Path, description = "The chat"),
        ("message" = i32, Path, description = "The message"),
    ),
    responses(
        (status = 200, body = MessageView),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn edit(
    State(state): State<TelegramState>,
    Path((id, message)): Path<(i64, i32)>,
    Body(edit): Body<Edit>,
) -> Result<Json<MessageView>, TelegramError> {
    let chat = state.chat(id)?;
    let chats = state.world.chats();
    let edited = chats.edit(&chat, message, edit.text, state.now());
    let edited = edited.ok_or(TelegramError::not_found("MESSAGE_ID_INVALID"))?;
    Ok(Json(MessageView::from(&edited)))
}

/// Deletes a message for everyone.
#[utoipa::path(
    delete, path = "/channels/{id}/messages/{message}", tag = "chats",
    params(
        ("id" = i64, Path, description = "The chat"),
        ("message" = i32, Path, description = "The message"),
    ),
    responses(
        (status = 204),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn delete(
    State(state): State<TelegramState>,
    Path((id, message)): Path<(i64, i32)>,
) -> Result<StatusCode, TelegramError> {
    let chat = state.chat(id)?;
    if state.world.chats().delete(&chat, &[message]).is_empty() {
        return Err(TelegramError::not_found("MESSAGE_ID_INVALID"));
    }
    Ok(StatusCode::NO_CONTENT)
}
