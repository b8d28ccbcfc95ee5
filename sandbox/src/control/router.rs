//! The addresses of the control interface.

use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router, middleware};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::docs::Docs;
use super::state::ControlState;
use super::telegram::{self, TelegramState};
use super::{bot, chat, decode, events, files, launch, origin, talk, themes};

/// The control interface, to be nested under `/control`.
pub fn router(state: ControlState) -> Router {
    let accounts = TelegramState {
        world: Arc::clone(&state.world),
        dcs: Arc::clone(&state.dcs),
    };
    let own = OpenApiRouter::with_openapi(Docs::openapi())
        .routes(routes!(bot::bot, bot::patch))
        .routes(routes!(bot::faults, bot::order_fault, bot::clear_faults))
        .routes(routes!(bot::push_update))
        .routes(routes!(bot::calls))
        .routes(routes!(chat::chat))
        .routes(routes!(events::events))
        .routes(routes!(files::file))
        .routes(routes!(launch::open))
        .routes(routes!(decode::decode))
        .routes(routes!(talk::say))
        .routes(routes!(talk::press))
        .routes(routes!(talk::block, talk::unblock))
        .routes(routes!(talk::mark_read))
        .routes(routes!(talk::allow_writing))
        .routes(routes!(talk::web_app_data))
        .routes(routes!(themes::themes))
        .with_state(state);
    let (router, description) = own.merge(telegram::router(accounts)).split_for_parts();
    router
        .route(
            "/openapi.json",
            get(move || std::future::ready(Json(description))),
        )
        .layer(middleware::from_fn(origin::same_origin))
}
