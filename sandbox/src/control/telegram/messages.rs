//! Messages in chats.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use crate::world::{Chat, MediaKind, NewMedia, NewMessage};

/// The most messages that are made at once.
const MAX_MESSAGES: usize = 100_000;
/// The largest file that is made up.
const MAX_FILE: usize = 256 * 1024 * 1024;

/// Messages: how many, or what they say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Texts {
    /// So many, saying `Message 1` and so on.
    Count(usize),
    /// One for each text.
    Texts(Vec<String>),
}

/// A file to be sent, with its content or just a size.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// What kind of file it is; `document` if absent.
    kind: Option<MediaKind>,
    /// Its name; made up if absent.
    file_name: Option<String>,
    /// Its MIME type.
    mime_type: Option<String>,
    /// Its content, in base64.
    content: Option<String>,
    /// Its size in bytes, for made-up content.
    size: Option<usize>,
    /// The text beside it.
    caption: Option<String>,
    /// The data centre that keeps it; 1 if absent.
    dc: Option<i32>,
}

/// What is to be said in a chat: texts first, then files.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    /// How many messages, or their texts.
    messages: Option<Texts>,
    /// Files, one in each further message.
    #[serde(default)]
    media: Vec<File>,
    /// Who says it; the chat's first member if absent.
    from: Option<i64>,
    /// When, in seconds since 1970; now if absent.
    date: Option<i64>,
}

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

impl Say {
    pub(super) fn new(messages: Option<Texts>, media: Vec<File>) -> Self {
        Self {
            messages,
            media,
            ..Self::default()
        }
    }

    /// The messages that this means.
    pub(super) fn read(self, state: &TelegramState) -> Result<Vec<NewMessage>, TelegramError> {
        if let Some(from) = self.from {
            state.person(from)?;
        }
        let texts = match self.messages {
            None => Vec::new(),
            Some(Texts::Count(count)) if count > MAX_MESSAGES => return Err(too_much()),
            Some(Texts::Count(count)) => (1..=count).map(|n| format!("Message {n}")).collect(),
            Some(Texts::Texts(texts)) => texts,
        };
        let (from, date) = (self.from, self.date);
        let message = |text, media| NewMessage {
            from,
            date,
            text,
            media,
            ..NewMessage::default()
        };
        let mut messages: Vec<_> = texts.into_iter().map(|text| message(text, None)).collect();
        for mut file in self.media {
            let caption = file.caption.take().unwrap_or_default();
            messages.push(message(caption, Some(file.read()?)));
        }
        Ok(messages)
    }
}

impl File {
    fn read(self) -> Result<NewMedia, TelegramError> {
        let kind = self.kind.unwrap_or(MediaKind::Document);
        let (name, mime) = match kind {
            MediaKind::Document => ("file.bin", "application/octet-stream"),
            MediaKind::Photo => ("photo.jpg", "image/jpeg"),
        };
        let content = match (self.content, self.size) {
            (Some(content), None) => STANDARD
                .decode(content)
                .map_err(|_| TelegramError::bad_request("MEDIA_INVALID"))?,
            (None, Some(size)) if size > MAX_FILE => return Err(too_much()),
            (None, Some(size)) => (0..=250u8).cycle().take(size).collect(),
            _ => return Err(TelegramError::bad_request("a file needs content or size")),
        };
        Ok(NewMedia {
            kind,
            file_name: self.file_name.unwrap_or_else(|| name.to_owned()),
            mime_type: self.mime_type.unwrap_or_else(|| mime.to_owned()),
            content: Bytes::from(content),
            dc: self.dc.unwrap_or(1),
        })
    }
}

fn too_much() -> TelegramError {
    TelegramError::bad_request("LIMIT_INVALID")
}
