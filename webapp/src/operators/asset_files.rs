//! Style and script, served and cached by their versions.

use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::assets::{ICON, SCRIPT, STYLE};
use crate::app::App;

/// Which version a page asks for.
#[derive(Deserialize)]
pub(super) struct Wanted {
    v: Option<String>,
}

pub(super) async fn style(State(app): State<App>, Query(wanted): Query<Wanted>) -> Response {
    let version = &app.operator_assets.style;
    answer("text/css; charset=utf-8", STYLE, version, &wanted)
}

pub(super) async fn script(State(app): State<App>, Query(wanted): Query<Wanted>) -> Response {
    let version = &app.operator_assets.script;
    answer("text/javascript; charset=utf-8", SCRIPT, version, &wanted)
}

pub(super) async fn icon() -> Response {
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        (CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, ICON).into_response()
}

fn answer(kind: &'static str, content: &'static str, version: &str, wanted: &Wanted) -> Response {
    // Only under its own version may it be kept for good: during an update a
    // page may ask this node for what only the other one has.
    let cache = if wanted.v.as_deref() == Some(version) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CACHE_CONTROL, cache.to_owned()),
        (ETAG, format!("\"{version}\"")),
    ];
    (headers, content).into_response()
}
