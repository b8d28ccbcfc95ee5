//! Files of the chats.

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::IntoParams;

use super::answer::{ControlError, Refusal};
use super::state::NamedBot;

/// Which file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct FileInPath {
    /// The file.
    file_id: String,
}

/// A file that was sent in a chat.
#[utoipa::path(
    get, path = "/files/{file_id}", tag = "chat",
    params(FileInPath),
    responses(
        (status = 200, content_type = "application/octet-stream"),
        (status = 404, body = Refusal),
    ),
)]
pub(super) async fn file(
    NamedBot(bot): NamedBot,
    Path(path): Path<FileInPath>,
) -> Result<impl IntoResponse, ControlError> {
    let file = bot.files().get(&path.file_id);
    let file = file.ok_or(ControlError::NoFile)?;
    // Only pictures are shown in place: a document must not run as a page.
    let picture = matches!(file.mime_type.as_str(), "image/png" | "image/jpeg");
    let (kind, disposition) = if picture {
        (file.mime_type.clone(), "inline")
    } else {
        ("application/octet-stream".to_owned(), "attachment")
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, file.bytes.clone()))
}
