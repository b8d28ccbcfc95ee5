//! How much a copy of a chat would have.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sesame_domain::export::ExportEstimate;
use sesame_domain::ids::Owner;
use utoipa::ToSchema;

use super::accounts::account_id;
use super::exports::{AskedFor, ExportBody, export_ports};
use crate::app::App;
use crate::body::Body;
use crate::dialogs::account_of;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// About how much a copy would have, and how much room there is for it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EstimateJson {
    /// How many messages.
    messages: u64,
    /// How many files.
    files: u64,
    /// How many bytes these files have together.
    bytes: u64,
    /// Whether these are the numbers themselves. Otherwise they are reckoned: of files
    /// from the latest hundred of each kind, of a span of time from the numbers of the
    /// messages at both ends.
    is_exact: bool,
    /// Whether all files that are wanted are counted: Telegram does not count
    /// stickers.
    counts_all: bool,
    /// How many bytes are left for the person's copies.
    left: u64,
}

/// Says about how much a copy would have, before it is asked for. Telegram is asked
/// with a call for each kind of files, and a few more.
#[utoipa::path(
    post,
    path = "/accounts/{id}/exports/estimate",
    tag = "exports",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The account.")),
    request_body = ExportBody,
    responses(
        (status = 200, body = EstimateJson),
        (status = 403, description = "`exports_off`; or the account may not read the chat.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such account of the person's, or no such chat.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Telegram does not answer now, or wants a wait.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn estimate(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<EstimateJson>, ApiError> {
    let (estimate, left) = estimated(&app, &owner, &id, &body).await?;
    Ok(Json(EstimateJson {
        messages: estimate.messages,
        files: estimate.files,
        bytes: estimate.bytes,
        is_exact: estimate.is_exact,
        counts_all: estimate.counts_all,
        left,
    }))
}

/// About how much such a copy would have, and how many bytes are left for it.
///
/// # Errors
/// When there can be no such copy, or Telegram cannot be asked now.
pub(crate) async fn estimated(
    app: &App,
    owner: &Owner,
    id: &str,
    body: &Body,
) -> Result<(ExportEstimate, u64), ApiError> {
    let requests = &export_ports(app)?.requests;
    let account = account_of(app, owner, account_id(id)?).await?;
    let AskedFor { dialog, choice, .. } = ExportBody::read(body)?;
    let estimate = requests.estimate(&account, dialog, &choice).await;
    let estimate = estimate.map_err(|error| ApiError::of_reading(error, app.ports.clock.now()))?;
    Ok((estimate, requests.terms(owner).await?.left()))
}
