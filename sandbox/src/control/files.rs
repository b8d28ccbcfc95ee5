//! Files of the chat.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;

use super::answer::{ControlError, Refusal};
use super::state::ControlState;

/// A file that was sent in a chat.
#[utoipa::path(
    get, path = "/files/{file_id}", tag = "chat",
    params(("file_id" = String, Path, description = "The file")),
    responses(
        (status = 200, content_type = "application/octet-stream"),
        (status = 404, body = Refusal),
    ),
)]
pub(super) async fn file(
    State(state): State<ControlState>,
    Path(file_id): Path<String>,
) -> Result<impl IntoResponse, ControlError> {
    let file = state
        .bot
        .files()
        .get(&file_id)
        .ok_or(ControlError::NoFile)?;
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
