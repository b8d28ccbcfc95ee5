//! Methods that send and fetch files.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::super::bot::Bot;
use super::super::error::ApiError;
use super::super::files::StoredFile;
use super::super::message::{Content, Document, PhotoSize};
use super::messages;
use super::params::Params;
use super::picture;

/// The largest file that a bot may fetch.
///
/// Source: core.telegram.org/bots/api#getfile.
const FETCH_LIMIT: usize = 20 * 1024 * 1024;
/// The largest picture that a bot may send.
///
/// Source: core.telegram.org/bots/api#sendphoto.
const PHOTO_LIMIT: usize = 10 * 1024 * 1024;

pub(super) async fn send_document(bot: &Arc<Bot>, params: &Params) -> Result<Value, ApiError> {
    bot.addressee(params.chat_id()?)?;
    let (caption, caption_entities) = messages::caption(params)?;
    let file = given_file(bot, params, "document", "documents").await?;
    let document = Document {
        file_id: file.file_id.clone(),
        file_unique_id: file.file_unique_id.clone(),
        file_name: file.name.clone(),
        mime_type: file.mime_type.clone(),
        file_size: file.bytes.len(),
    };
    let content = Content::Document {
        document,
        caption,
        caption_entities,
    };
    messages::post(bot, params, content)
}

pub(super) async fn send_photo(bot: &Arc<Bot>, params: &Params) -> Result<Value, ApiError> {
    bot.addressee(params.chat_id()?)?;
    let (caption, caption_entities) = messages::caption(params)?;
    if let Some(upload) = params.file("photo") {
        if upload.bytes.len() > PHOTO_LIMIT {
            return Err(ApiError::bad("file is too big"));
        }
        picture::size(&upload.bytes).ok_or_else(|| ApiError::bad("IMAGE_PROCESS_FAILED"))?;
    }
    let file = given_file(bot, params, "photo", "photos").await?;
    let (width, height) =
        picture::size(&file.bytes).ok_or_else(|| ApiError::bad("type of file mismatch"))?;
    let photo = vec![PhotoSize {
        file_id: file.file_id.clone(),
        file_unique_id: file.file_unique_id.clone(),
        width,
        height,
        file_size: file.bytes.len(),
    }];
    let content = Content::Photo {
        photo,
        caption,
        caption_entities,
    };
    messages::post(bot, params, content)
}

/// The file of a call: uploaded now, or known by its id.
async fn given_file(
    bot: &Bot,
    params: &Params,
    name: &str,
    folder: &str,
) -> Result<Arc<StoredFile>, ApiError> {
    if let Some(part) = params.file(name) {
        let file_name = part.file_name.as_deref().unwrap_or("file");
        let kind = part.content_type.as_deref();
        return keep(bot, folder, file_name, kind, part.bytes.clone()).await;
    }
    let id = params
        .text(name)
        .filter(|id| !id.is_empty())
        .ok_or_else(|| ApiError::bad(format!("there is no {name} in the request")))?;
    if id.starts_with("http://") || id.starts_with("https://") {
        // Telegram would fetch it; the sandbox reaches out to no one.
        return Err(ApiError::bad("failed to get HTTP URL content"));
    }
    bot.files().get(&id).ok_or_else(|| {
        ApiError::bad(
            "wrong file identifier/HTTP URL specified: \
             Wrong padding in the string or unknown file identifier",
        )
    })
}

async fn keep(
    bot: &Bot,
    folder: &str,
    name: &str,
    kind: Option<&str>,
    bytes: Bytes,
) -> Result<Arc<StoredFile>, ApiError> {
    if bytes.is_empty() {
        return Err(ApiError::bad("file must be non-empty"));
    }
    let kind = kind.unwrap_or("application/octet-stream");
    bot.files()
        .add(folder, name, kind, bytes)
        .await
        .map_err(|error| {
            tracing::error!(%error, "a file could not be stored");
            ApiError::Ordered {
                code: 500,
                description: "Internal Server Error".to_owned(),
                retry_after: None,
            }
        })
}

pub(super) fn get_file(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let id = params.text("file_id").unwrap_or_default();
    let file = bot
        .files()
        .get(&id)
        .ok_or_else(|| ApiError::bad("invalid file_id"))?;
    if file.bytes.len() > FETCH_LIMIT {
        return Err(ApiError::bad("file is too big"));
    }
    Ok(json!({
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "file_size": file.bytes.len(),
        "file_path": file.file_path,
    }))
}
