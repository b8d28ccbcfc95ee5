//! Reads QR codes from a picture, as the phone's camera would.

use axum::Json;
use axum::body::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{ControlError, Refusal};
use super::picture::{self, Grey};

/// What a picture's QR codes say.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Codes {
    /// The text of each code.
    codes: Vec<String>,
}

/// Reads the QR codes of a picture (PGM or PNG).
#[utoipa::path(
    post, path = "/qr-codes", tag = "devices",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Codes), (status = 422, body = Refusal)),
)]
pub(super) async fn decode(body: Bytes) -> Result<Json<Codes>, ControlError> {
    let codes = tokio::task::spawn_blocking(move || picture::read(&body).map(|grey| find(&grey)))
        .await
        .unwrap_or_default()
        .ok_or(ControlError::Image)?;
    Ok(Json(Codes { codes }))
}

fn find(grey: &Grey) -> Vec<String> {
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(grey.width, grey.height, |x, y| grey.at(x, y));
    image
        .detect_grids()
        .into_iter()
        .filter_map(|grid| grid.decode().ok().map(|(_, text)| text))
        .collect()
}
