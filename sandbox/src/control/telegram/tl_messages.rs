//! Messages of every kind, as JSON of Telegram's schema.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use crate::every_kind;
use crate::tl_json::{DraftError, Manner, TlMessage, put_all};
use crate::world::MadeMessages;

/// The most messages that are made in one chat.
const MOST_MADE: i32 = 1_000_000;
/// The most messages that are put at once.
const MOST: usize = 10_000;

impl From<DraftError> for TelegramError {
    fn from(error: DraftError) -> Self {
        Self::bad_request(error.to_string())
    }
}

/// Messages as JSON of the schema.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TlMessages {
    /// The messages. Of objects in them `_` names the constructor; what is absent
    /// is false, empty or not there. Photos and documents may bring a `file` in place
    /// of ids: `{"_": "document", "file": {"name": "a.bin", "size": 5000, "dc": 2},
    /// "attributes": []}`, `{"_": "photo", "file": {"width": 800, "height": 600}}`.
    messages: Vec<TlMessage>,
    /// Whether they were there before, so that no client hears of them.
    #[serde(default)]
    quiet: bool,
}

/// The messages that were put.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Put {
    /// Their numbers.
    ids: Vec<i32>,
}

/// The examples that were put.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Examples {
    /// Their numbers, by name.
    #[schema(value_type = Object)]
    ids: Value,
}

/// Puts messages of any kind into a chat.
#[utoipa::path(
    post, path = "/channels/{id}/tl-messages", tag = "chats", request_body = TlMessages,
    params(("id" = i64, Path, description = "The chat")),
    responses(
        (status = 201, body = Put),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn say(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(new): Body<TlMessages>,
) -> Result<(StatusCode, Json<Put>), TelegramError> {
    let chat = state.chat(id)?;
    if new.messages.len() > MOST {
        return Err(TelegramError::bad_request("LIMIT_INVALID"));
    }
    let manner = if new.quiet {
        Manner::Found
    } else {
        Manner::Said
    };
    let put = put_all(&state.world, &chat, new.messages, manner)?;
    let ids = put.into_iter().map(|(_, id)| id).collect();
    Ok((StatusCode::CREATED, Json(Put { ids })))
}

/// Very many messages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MakeMessages {
    /// How many, up to 1,000,000.
    #[schema(example = 100_000)]
    count: i32,
    /// How many of them have a file, evenly spread.
    #[serde(default)]
    files: i32,
    /// How large each file is, in bytes; 10,000 if absent.
    file_size: Option<u64>,
}

/// Fills a chat with very many messages that are not stored but made when they are
/// asked for, the same every time. A channel or supergroup must be empty, and no chat
/// gets them twice. Everyone has read them, and no client hears of them.
#[utoipa::path(
    post, path = "/channels/{id}/made-messages", tag = "chats", request_body = MakeMessages,
    params(("id" = i64, Path, description = "The chat")),
    responses(
        (status = 204),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn make(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(new): Body<MakeMessages>,
) -> Result<StatusCode, TelegramError> {
    let chat = state.chat(id)?;
    let fits = (1..=MOST_MADE).contains(&new.count) && (0..=new.count).contains(&new.files);
    let messages = MadeMessages {
        count: new.count,
        files: new.files,
        file_size: new.file_size.unwrap_or(10_000),
    };
    if !fits || !state.world.chats().make(&chat, messages) {
        return Err(TelegramError::bad_request("LIMIT_INVALID"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Fills a chat with a believable example of every kind of message and of everything
/// that can happen in a chat, the same every time.
#[utoipa::path(
    post, path = "/channels/{id}/one-of-every-kind", tag = "chats",
    params(("id" = i64, Path, description = "The chat")),
    responses(
        (status = 201, body = Examples),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn one_of_every_kind(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<(StatusCode, Json<Examples>), TelegramError> {
    let chat = state.chat(id)?;
    let ids = every_kind::fill(&state.world, &chat)?;
    Ok((StatusCode::CREATED, Json(Examples { ids })))
}
