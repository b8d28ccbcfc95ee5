//! Someone's list of dialogs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use crate::world::{ARCHIVE, ManyDialogs};

/// The most dialogs that are made at once.
const MOST: u32 = 100_000;

/// What is to be changed about a dialog in someone's list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeDialog {
    /// Whether it is pinned, on top of the others; at most five, and a hundred in
    /// the archive.
    pinned: Option<bool>,
    /// Whether it is archived.
    archived: Option<bool>,
    /// Whether it is marked as unread by hand.
    marked_unread: Option<bool>,
}

/// A dialog in someone's list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DialogView {
    /// The chat.
    chat: i64,
    /// Whether it is pinned.
    pinned: bool,
    /// Whether it is archived.
    archived: bool,
    /// Whether it is marked as unread by hand.
    marked_unread: bool,
    /// How many messages are not read.
    unread: usize,
}

/// Pins, archives or marks a dialog of someone.
#[utoipa::path(
    patch, path = "/people/{id}/dialogs/{chat}", tag = "chats", request_body = ChangeDialog,
    params(
        ("id" = i64, Path, description = "The person"),
        ("chat" = i64, Path, description = "The chat"),
    ),
    responses(
        (status = 200, body = DialogView),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn change(
    State(state): State<TelegramState>,
    Path((id, chat)): Path<(i64, i64)>,
    Body(change): Body<ChangeDialog>,
) -> Result<Json<DialogView>, TelegramError> {
    let person = state.person(id)?.id;
    let chat = state.chat(chat)?;
    if !chat.has_member(person) {
        return Err(TelegramError::not_found("USER_NOT_PARTICIPANT"));
    }
    let lists = state.world.chats().lists();
    if let Some(archived) = change.archived {
        lists.archive(person, chat.id, archived);
    }
    if let Some(pinned) = change.pinned {
        lists
            .pin(person, chat.id, pinned)
            .map_err(|_| TelegramError::bad_request("PINNED_DIALOGS_TOO_MUCH"))?;
    }
    if let Some(unread) = change.marked_unread {
        lists.mark_unread(person, chat.id, unread);
    }
    let list = lists.of(person);
    Ok(Json(DialogView {
        chat: chat.id,
        pinned: list.is_pinned(chat.id),
        archived: list.folder_of(chat.id) == ARCHIVE,
        marked_unread: list.is_marked_unread(chat.id),
        unread: chat.unread(person),
    }))
}

/// How many dialogs are to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MakeDialogs {
    /// How many, up to 100,000.
    #[schema(example = 20000)]
    count: u32,
    /// How many of them are archived.
    #[serde(default)]
    archived: u32,
    /// How many of them are pinned, up to five.
    #[serde(default)]
    pinned: u32,
}

/// The dialogs that were made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MadeDialogs {
    /// How many.
    count: usize,
    /// The first of their chats; the others follow it without a gap.
    first: Option<i64>,
}

/// Makes many dialogs at once, as if they had always been there: with people, bots,
/// groups, supergroups and channels in turn, each with a message, some with unread
/// ones and pictures. No one hears of it.
#[utoipa::path(
    post, path = "/people/{id}/dialogs", tag = "chats", request_body = MakeDialogs,
    params(("id" = i64, Path, description = "The person")),
    responses(
        (status = 201, body = MadeDialogs),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn make(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(new): Body<MakeDialogs>,
) -> Result<(StatusCode, Json<MadeDialogs>), TelegramError> {
    let person = state.person(id)?.id;
    if new.count > MOST || new.pinned > 5 || new.archived + new.pinned > new.count {
        return Err(TelegramError::bad_request("LIMIT_INVALID"));
    }
    let world = std::sync::Arc::clone(&state.world);
    let many = ManyDialogs {
        count: new.count,
        archived: new.archived,
        pinned: new.pinned,
    };
    let made = tokio::task::spawn_blocking(move || world.make_dialogs(person, many)).await;
    let made = made.map_err(|_| TelegramError::bad_request("INTERNAL"))?;
    let made = MadeDialogs {
        count: made.len(),
        first: made.first().copied(),
    };
    Ok((StatusCode::CREATED, Json(made)))
}
