//! `/healthz`, `/readyz`, `/metrics`: how the program does.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::ports::Readiness;
use crate::problem::ApiError;

/// Whether requests can be answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyJson {
    /// All in a word.
    status: ReadyStatus,
    /// Whether requests can be answered.
    ready: bool,
    /// The parts that are missing for that.
    unready: Vec<String>,
    /// The parts that do not work while the rest does.
    degraded: Vec<String>,
}

/// How the program does, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReadyStatus {
    /// Everything works.
    Ready,
    /// Requests are answered; what needs a part that is missing has to wait.
    Degraded,
    /// Requests cannot be answered.
    Unready,
}

/// The process lives.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, content_type = "text/plain", body = String)))]
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// Whether requests can be answered: not while a part is missing that all need,
/// nor while the program stops.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "health",
    responses((status = 200, body = ReadyJson), (status = 503, body = ReadyJson))
)]
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, Json<ReadyJson>) {
    let Readiness { unready, degraded } = if app.shutdown.is_cancelled() {
        Readiness {
            unready: vec!["stopping".to_owned()],
            ..Readiness::default()
        }
    } else {
        app.ports.probe.readiness().await
    };
    let (code, status) = match (unready.is_empty(), degraded.is_empty()) {
        (true, true) => (StatusCode::OK, ReadyStatus::Ready),
        (true, false) => (StatusCode::OK, ReadyStatus::Degraded),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, ReadyStatus::Unready),
    };
    let json = ReadyJson {
        status,
        ready: unready.is_empty(),
        unready,
        degraded,
    };
    (code, Json(json))
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
