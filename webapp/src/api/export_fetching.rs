//! Copies of chats that are fetched by a link, or sent by the bot.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use sesame_domain::ports::SENT_AT_MOST;
use sesame_domain::time::Timestamp;
use utoipa::ToSchema;

use super::exports::{export_of, export_ports};
use crate::app::App;
use crate::export_link;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// A link by which a copy is fetched.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FetchLinkJson {
    /// Where it is fetched, once.
    url: String,
    /// Until when that must have begun.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Gives out a link by which a copy is fetched as a zip archive. It works once, and
/// the one before is void. What breaks off goes on with `Range` and `If-Range`.
#[utoipa::path(
    post,
    path = "/exports/{id}/link",
    tag = "exports",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The copy.")),
    responses(
        (status = 201, body = FetchLinkJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`export_not_ready`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn link(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<FetchLinkJson>), ApiError> {
    let export = export_of(&app, &owner, &id).await?;
    let link = export_link::give_out(&app, export_ports(&app)?, &export).await?;
    let link = FetchLinkJson {
        url: link.url,
        expires_at: link.expires_at,
    };
    Ok((StatusCode::CREATED, Json(link)))
}

/// Has the bot send a copy into the person's chat with it, as a zip archive. Telegram
/// keeps it there, not sealed. It is answered once Telegram has it.
#[utoipa::path(
    post,
    path = "/exports/{id}/send",
    tag = "exports",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The copy.")),
    responses(
        (status = 204, description = "It is in the chat."),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`export_not_ready`; `export_too_large`: bots send 50 MB at most; `chat_closed`: the bot may not write to the person.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Telegram does not take it now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn send(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let export = export_of(&app, &owner, &id).await?;
    let made = export.made.as_ref().ok_or(ApiError::ExportNotReady)?;
    if made.archive_bytes > SENT_AT_MOST {
        return Err(ApiError::ExportTooLarge);
    }
    let archive = export_ports(&app)?.archives.open(&export).await?;
    let name = export_link::name(made);
    app.ports.chat.send_archive(&owner, &name, archive).await?;
    Ok(StatusCode::NO_CONTENT)
}
