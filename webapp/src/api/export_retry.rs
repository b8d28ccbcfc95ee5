//! Copies of chats that go on, or are brought up to date.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Extensions, StatusCode};
use serde::Deserialize;
use sesame_domain::export::ExportWay;
use utoipa::ToSchema;

use super::exports::{AskedJson, answer, export_of, export_ports, look_back};
use crate::app::App;
use crate::body::Body;
use crate::dialogs::account_of;
use crate::edge::request_id;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// How a copy goes on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetryBody {
    /// Inside of an export of Telegram's, or without. One that waits until the person
    /// allowed such an export is tried at once with `true`, and goes on without it with
    /// `false`. The way that it went the last time, unless it is said.
    takeout: Option<bool>,
    /// How many days before the newest message that it has it is looked for what was
    /// edited or deleted; 0: not at all; 7 unless it is said.
    #[schema(maximum = 9999)]
    look_back: Option<u16>,
}

/// Brings a copy up to date, and tries what is missing once more. Messages that were
/// edited or deleted lately are noticed: a deleted one stays, and is marked.
#[utoipa::path(
    post,
    path = "/exports/{id}/retry",
    tag = "exports",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The copy.")),
    request_body = Option<RetryBody>,
    responses(
        (status = 202, description = "It is made.", body = AskedJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn retry(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    extensions: Extensions,
    body: Body,
) -> Result<(StatusCode, Json<AskedJson>), ApiError> {
    let said: RetryBody = if body.bytes.is_empty() {
        RetryBody::default()
    } else {
        body.json()?
    };
    let back = look_back(said.look_back)?;
    let export = export_of(&app, &owner, &id).await?;
    let account = export.account.ok_or(ApiError::NotFound)?;
    let account = account_of(&app, &owner, account).await?;
    let way = said.takeout.map(ExportWay::by_takeout);
    let caused_by = request_id(&extensions).parse().ok();
    let requests = &export_ports(&app)?.requests;
    let begun = requests.go_on(&account, &export, way, back, caused_by);
    answer(&begun.await?)
}
