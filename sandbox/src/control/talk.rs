//! What a person does in the chat with a bot.

use axum::Json;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::bots::{Message, Press, Pressed, SharedContact, WebAppData};

use super::answer::{ControlError, Refusal};
use super::state::NamedChat;

/// Words for the bot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    /// The words, 1 to 4096 characters.
    text: String,
}

/// Which button to press.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PressRequest {
    /// The message that has the button.
    message_id: Option<i64>,
    /// Its row, counted from zero; 0 if absent.
    row: Option<usize>,
    /// Its place in the row, counted from zero; 0 if absent.
    column: Option<usize>,
    /// The words on the button, instead of its place. Without a message: the
    /// latest message that has such a button, or else the keyboard.
    text: Option<String>,
}

impl PressRequest {
    /// The button that is meant.
    pub(super) fn read(self) -> Result<Press, ControlError> {
        match (self.message_id, self.text) {
            (message_id, Some(text)) => Ok(Press::Labelled { message_id, text }),
            (Some(message_id), None) => Ok(Press::At {
                message_id,
                row: self.row.unwrap_or(0),
                column: self.column.unwrap_or(0),
            }),
            (None, None) => Err(ControlError::Invalid(
                "name a button by message_id, row and column, or by text",
            )),
        }
    }
}

/// The person writes to the bot.
#[utoipa::path(
    post, path = "/people/{id}/messages", tag = "chat", request_body = Say,
    params(("id" = i64, Path, description = "The person")),
    responses(
        (status = 201, body = Message),
        (status = 404, body = Refusal), (status = 409, body = Refusal), (status = 422, body = Refusal),
    ),
)]
pub(super) async fn say(
    chat: NamedChat,
    Json(request): Json<Say>,
) -> Result<(StatusCode, Json<Message>), ControlError> {
    let message = chat.bot.say(&chat.person, &request.text)?;
    Ok((StatusCode::CREATED, Json(message)))
}

/// The person presses a button.
#[utoipa::path(
    post, path = "/people/{id}/press", tag = "chat", request_body = PressRequest,
    params(("id" = i64, Path, description = "The person")),
    responses(
        (status = 200, body = Pressed),
        (status = 404, body = Refusal), (status = 409, body = Refusal), (status = 422, body = Refusal),
    ),
)]
pub(super) async fn press(
    chat: NamedChat,
    Json(request): Json<PressRequest>,
) -> Result<Json<Pressed>, ControlError> {
    let press = request.read()?;
    Ok(Json(chat.bot.press(&chat.person, &press)?))
}

/// The person blocks the bot.
#[utoipa::path(
    post, path = "/people/{id}/block", tag = "chat",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 204), (status = 404, body = Refusal)),
)]
pub(super) async fn block(chat: NamedChat) -> StatusCode {
    chat.bot.set_blocked(&chat.person, true);
    StatusCode::NO_CONTENT
}

/// The person lets the bot back in.
#[utoipa::path(
    delete, path = "/people/{id}/block", tag = "chat",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 204), (status = 404, body = Refusal)),
)]
pub(super) async fn unblock(chat: NamedChat) -> StatusCode {
    chat.bot.set_blocked(&chat.person, false);
    StatusCode::NO_CONTENT
}

/// The person has seen everything in the chat.
#[utoipa::path(
    post, path = "/people/{id}/read", tag = "chat",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 204), (status = 404, body = Refusal)),
)]
pub(super) async fn mark_read(chat: NamedChat) -> StatusCode {
    chat.bot.mark_read(chat.person.id);
    StatusCode::NO_CONTENT
}

/// The person lets the bot write to them, as a Mini App asked.
#[utoipa::path(
    post, path = "/people/{id}/write-access", tag = "mini app",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 201, body = Message), (status = 404, body = Refusal), (status = 409, body = Refusal)),
)]
pub(super) async fn allow_writing(
    chat: NamedChat,
) -> Result<(StatusCode, Json<Message>), ControlError> {
    let message = chat.bot.allow_writing(&chat.person)?;
    Ok((StatusCode::CREATED, Json(message)))
}

/// The person lets the bot know their phone number, as a Mini App asked
/// (`requestContact`).
#[utoipa::path(
    post, path = "/people/{id}/contact", tag = "mini app",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 201, body = SharedContact), (status = 404, body = Refusal), (status = 409, body = Refusal)),
)]
pub(super) async fn share_contact(
    chat: NamedChat,
) -> Result<(StatusCode, Json<SharedContact>), ControlError> {
    let shared = chat.bot.share_contact(&chat.person)?;
    Ok((StatusCode::CREATED, Json(shared)))
}

/// A Mini App that a keyboard button opened sends data (`sendData`).
#[utoipa::path(
    post, path = "/people/{id}/web-app-data", tag = "mini app", request_body = WebAppData,
    params(("id" = i64, Path, description = "The person")),
    responses((status = 201, body = Message), (status = 404, body = Refusal), (status = 422, body = Refusal)),
)]
pub(super) async fn web_app_data(
    chat: NamedChat,
    Json(data): Json<WebAppData>,
) -> Result<(StatusCode, Json<Message>), ControlError> {
    let message = chat.bot.send_web_app_data(&chat.person, data)?;
    Ok((StatusCode::CREATED, Json(message)))
}
