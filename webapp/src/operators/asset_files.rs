//! Style, script and icon of the operators' pages.

use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::assets::Wanted;

const ICON: &str = include_str!("../../../templates/admin/icon.svg");

pub(super) async fn style(State(app): State<App>, Query(wanted): Query<Wanted>) -> Response {
    app.operator_assets.style.answer(&wanted)
}

pub(super) async fn script(State(app): State<App>, Query(wanted): Query<Wanted>) -> Response {
    app.operator_assets.script.answer(&wanted)
}

pub(super) async fn icon() -> Response {
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        (CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, ICON).into_response()
}
