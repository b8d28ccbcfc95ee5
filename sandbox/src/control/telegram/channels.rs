//! Chats of every kind.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::messages::say_all;
use super::state::TelegramState;
use super::written::{File, Say, Texts};
use crate::world::{Chat, ChatKind, NewChat};

/// A chat to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateChat {
    /// What kind of chat it is; `channel` if absent.
    kind: Option<ChatKind>,
    /// The title; private chats have none.
    #[serde(default)]
    title: String,
    /// The public name, without the `@`.
    username: Option<String>,
    /// Who is in it; the first one owns it.
    members: Vec<i64>,
    /// How many messages, or their texts.
    messages: Option<Texts>,
    /// Files, one in each further message.
    #[serde(default)]
    media: Vec<File>,
}

/// A chat.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChatView {
    /// The chat's id.
    id: i64,
    /// What kind of chat it is.
    kind: ChatKind,
    /// The title; empty for private chats.
    title: String,
    /// The public name, without the `@`.
    username: Option<String>,
    /// Who is in it.
    members: Vec<i64>,
    /// How many messages there are.
    messages: usize,
    /// How long everyone but the owner has to wait after each of their messages.
    slow_mode_seconds: i64,
    /// Whether what is said there cannot be forwarded or saved.
    protected: bool,
    /// Whether it has topics.
    forum: bool,
    /// The supergroup that a group became.
    migrated_to: Option<i64>,
    /// The group that a supergroup was.
    migrated_from: Option<i64>,
}

/// What is to be changed about a chat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeChat {
    /// How long everyone but the owner of a supergroup has to wait after each of
    /// their messages, up to an hour; 0: not at all.
    slow_mode_seconds: Option<u32>,
    /// Whether what is said there cannot be forwarded or saved.
    protected: Option<bool>,
    /// Whether it has topics; of supergroups.
    forum: Option<bool>,
}

impl From<&Chat> for ChatView {
    fn from(chat: &Chat) -> Self {
        let settings = chat.settings();
        Self {
            id: chat.id,
            kind: chat.kind,
            title: chat.title.clone(),
            username: chat.username.clone(),
            members: chat.members(),
            messages: chat.len(),
            slow_mode_seconds: chat.slow_mode(),
            protected: settings.protected,
            forum: settings.forum,
            migrated_to: settings.migrated_to,
            migrated_from: settings.migrated_from.map(|(id, _)| id),
        }
    }
}

/// All chats.
#[utoipa::path(get, path = "/channels", tag = "chats", responses((status = 200, body = Vec<ChatView>)))]
pub(super) async fn list(State(state): State<TelegramState>) -> Json<Vec<ChatView>> {
    let chats = state.world.chats().list();
    Json(chats.iter().map(|chat| ChatView::from(&**chat)).collect())
}

/// Changes a chat.
#[utoipa::path(
    patch, path = "/channels/{id}", tag = "chats", request_body = ChangeChat,
    params(("id" = i64, Path, description = "The chat")),
    responses(
        (status = 200, body = ChatView),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn change(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(change): Body<ChangeChat>,
) -> Result<Json<ChatView>, TelegramError> {
    let chat = state.chat(id)?;
    if let Some(seconds) = change.slow_mode_seconds.map(i64::from)
        && (seconds > 3600 || !chat.set_slow_mode(seconds))
    {
        return Err(TelegramError::bad_request("SECONDS_INVALID"));
    }
    if change.forum == Some(true) && chat.kind != ChatKind::Supergroup {
        return Err(TelegramError::bad_request("CHANNEL_INVALID"));
    }
    chat.set(|settings| {
        settings.forum = change.forum.unwrap_or(settings.forum);
        settings.protected = change.protected.unwrap_or(settings.protected);
    });
    Ok(Json(ChatView::from(&*chat)))
}

/// Makes a group into a supergroup: both histories stay, and each says so.
#[utoipa::path(
    post, path = "/channels/{id}/migrate", tag = "chats",
    params(("id" = i64, Path, description = "The group")),
    responses(
        (status = 201, body = ChatView),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn migrate(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<(StatusCode, Json<ChatView>), TelegramError> {
    let group = state.chat(id)?;
    let supergroup = state
        .world
        .migrate(&group)
        .map_err(|_| TelegramError::bad_request("CHAT_ID_INVALID"))?;
    Ok((StatusCode::CREATED, Json(ChatView::from(&*supergroup))))
}

/// Makes a chat, with messages in it.
#[utoipa::path(
    post, path = "/channels", tag = "chats", request_body = CreateChat,
    responses(
        (status = 201, body = ChatView),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn create(
    State(state): State<TelegramState>,
    Body(new): Body<CreateChat>,
) -> Result<(StatusCode, Json<ChatView>), TelegramError> {
    for member in &new.members {
        state.user(*member)?;
    }
    let messages = Say::new(new.messages, new.media).read(&state)?;
    let chat = NewChat {
        kind: new.kind.unwrap_or(ChatKind::Channel),
        title: new.title,
        username: new.username,
        members: new.members,
    };
    let chat = state.world.chats().create(chat, state.now())?;
    say_all(&state, &chat, messages);
    Ok((StatusCode::CREATED, Json(ChatView::from(&*chat))))
}
