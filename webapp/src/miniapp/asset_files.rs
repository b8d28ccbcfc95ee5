//! Style and script of the Mini App.

use axum::extract::{Query, State};
use axum::response::Response;

use crate::app::App;
use crate::assets::Wanted;

pub(super) async fn style(State(app): State<App>, Query(wanted): Query<Wanted>) -> Response {
    app.assets.style.answer(&wanted)
}

pub(super) async fn script(State(app): State<App>, Query(wanted): Query<Wanted>) -> Response {
    app.assets.script.answer(&wanted)
}
