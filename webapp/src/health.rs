//! `/healthz`, `/readyz`, `/metrics`: how the program does.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::ApiError;

/// Whether requests can be answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyJson {
    /// Whether all parts are ready.
    ready: bool,
    /// The parts that are not.
    unready: Vec<&'static str>,
}

/// The process lives.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200)))]
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// Whether requests can be answered: not while a part is missing, nor while
/// the program stops.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "health",
    responses((status = 200, body = ReadyJson), (status = 503, body = ReadyJson))
)]
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, Json<ReadyJson>) {
    let unready = if app.shutdown.is_cancelled() {
        vec!["stopping"]
    } else {
        app.ports.probe.unready().await
    };
    let status = if unready.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let ready = unready.is_empty();
    (status, Json(ReadyJson { ready, unready }))
}

/// The metrics in Prometheus's text format.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "health",
    responses((status = 200, content_type = "text/plain", body = String), (status = 404, description = "They are not shown here."))
)]
pub(crate) async fn metrics(State(app): State<App>) -> Result<Response, ApiError> {
    let text = app.ports.probe.metrics().ok_or(ApiError::NotFound)?;
    let kind = [(CONTENT_TYPE, "text/plain; version=0.0.4")];
    Ok((kind, text).into_response())
}
