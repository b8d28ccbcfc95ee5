//! Copies of chats that are kept up to date by themselves.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use sesame_domain::export::RenewEvery;
use utoipa::ToSchema;

use super::exports::{ExportJson, export_id, export_of, export_ports};
use crate::app::App;
use crate::body::Body;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// How often a copy is brought up to date by itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenewalBody {
    /// `daily`, `weekly`, or `never`.
    every: String,
}

/// Has a copy brought up to date by itself from now on, once a day or once a week, or
/// not any more. It is there for its next run: how long it is kept counts from the last
/// one. After three runs in a row that failed, or where only a person can help, it stops,
/// and the bot says so.
#[utoipa::path(
    put,
    path = "/exports/{id}/renewal",
    tag = "exports",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The copy.")),
    request_body = RenewalBody,
    responses(
        (status = 200, body = ExportJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<ExportJson>, ApiError> {
    let requests = &export_ports(&app)?.requests;
    let RenewalBody { every } = body.json()?;
    let every = match &*every {
        "never" => None,
        every => Some(
            every
                .parse::<RenewEvery>()
                .map_err(|_| ApiError::Malformed)?,
        ),
    };
    let of = export_id(&id)?;
    if !requests.keep_up_to_date(&owner, of, every).await? {
        return Err(ApiError::NotFound);
    }
    Ok(Json(ExportJson::of(export_of(&app, &owner, &id).await?)))
}
