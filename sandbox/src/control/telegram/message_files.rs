//! The files of a message: what goes wrong with them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use crate::world::{FileFault, MediaFile};

/// What goes wrong whenever a file is fetched.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Harm {
    /// Nothing (any more).
    None,
    /// An error is answered.
    Error,
    /// It is never answered.
    Silence,
    /// The file ends too early, without a word.
    Short,
    /// A byte of what the CDN sends is another one.
    Altered,
}

/// What is to go wrong whenever the files of a message are fetched.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetHarm {
    /// What goes wrong.
    fault: Harm,
    /// `error`: the kind of error; 400 if absent.
    error_code: Option<i32>,
    /// `error`: Telegram's name of it.
    #[schema(example = "LOCATION_NOT_AVAILABLE")]
    error_message: Option<String>,
    /// `short`: after how many bytes it ends.
    bytes: Option<u64>,
}

impl SetHarm {
    fn read(self) -> Result<Option<FileFault>, TelegramError> {
        let missing = |what: &str| TelegramError::bad_request(what);
        Ok(match self.fault {
            Harm::None => None,
            Harm::Silence => Some(FileFault::Silence),
            Harm::Altered => Some(FileFault::Altered),
            Harm::Short => {
                let bytes = self.bytes.ok_or(missing("a short file needs bytes"))?;
                Some(FileFault::Short(bytes))
            }
            Harm::Error => Some(FileFault::Error {
                code: self.error_code.unwrap_or(400),
                message: self
                    .error_message
                    .ok_or(missing("an error needs an error_message"))?,
            }),
        })
    }
}

fn files(
    state: &TelegramState,
    chat: i64,
    message: i32,
) -> Result<Vec<Arc<MediaFile>>, TelegramError> {
    let message = state.chat(chat)?.message(message);
    let message = message.ok_or(TelegramError::not_found("MESSAGE_ID_INVALID"))?;
    let mut files: Vec<_> = message.media.into_iter().collect();
    if let Some(body) = message.body {
        files.extend(body.files.iter().cloned());
    }
    if files.iter().any(|file| file.made) {
        return Err(TelegramError::bad_request("MEDIA_INVALID"));
    }
    if files.is_empty() {
        return Err(TelegramError::not_found("MEDIA_EMPTY"));
    }
    Ok(files)
}

/// Orders what goes wrong whenever the files of a message are fetched.
#[utoipa::path(
    put, path = "/channels/{id}/messages/{message}/file-fault", tag = "faults",
    request_body = SetHarm,
    params(
        ("id" = i64, Path, description = "The chat"),
        ("message" = i32, Path, description = "The message"),
    ),
    responses(
        (status = 204),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn set_fault(
    State(state): State<TelegramState>,
    Path((id, message)): Path<(i64, i32)>,
    Body(new): Body<SetHarm>,
) -> Result<StatusCode, TelegramError> {
    let files = files(&state, id, message)?;
    let fault = new.read()?;
    for file in files {
        file.set_fault(fault.clone());
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Lets the references of the files of one message expire.
#[utoipa::path(
    delete, path = "/channels/{id}/messages/{message}/file-references", tag = "chats",
    params(
        ("id" = i64, Path, description = "The chat"),
        ("message" = i32, Path, description = "The message"),
    ),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn expire_references(
    State(state): State<TelegramState>,
    Path((id, message)): Path<(i64, i32)>,
) -> Result<StatusCode, TelegramError> {
    for file in files(&state, id, message)? {
        file.expire();
    }
    Ok(StatusCode::NO_CONTENT)
}
