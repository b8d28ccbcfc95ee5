//! The addresses of the control interface.

use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router, middleware};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::docs::{self, Docs};
use super::state::ControlState;
use super::telegram::{self, TelegramState};
use super::{bot, bots, chat, chats, decode, events, files, launch, origin, talk, themes};

/// The control interface, to be nested under `/control`.
pub fn router(state: ControlState) -> Router {
    let accounts = TelegramState {
        world: Arc::clone(&state.world),
        dcs: Arc::clone(&state.dcs),
        schedules: Arc::clone(&state.schedules),
    };
    let own = OpenApiRouter::with_openapi(Docs::openapi())
        .merge(of_a_bot())
        .nest("/bots/{bot}", docs::naming_the_bot(of_a_bot()))
        .routes(routes!(bots::list, bots::create))
        .routes(routes!(bots::revoke))
        .routes(routes!(chats::list))
        .routes(routes!(events::all))
        .routes(routes!(decode::decode))
        .routes(routes!(themes::themes))
        .with_state(state);
    let (router, description) = own.merge(telegram::router(accounts)).split_for_parts();
    let description = docs::with_ids(description);
    router
        .route(
            "/openapi.json",
            get(move || std::future::ready(Json(description))),
        )
        .layer(middleware::from_fn(origin::same_origin))
}

/// What concerns one bot: as it is, the first one; nested, the one that the
/// address names.
fn of_a_bot() -> OpenApiRouter<ControlState> {
    OpenApiRouter::new()
        .routes(routes!(bot::bot, bot::patch))
        .routes(routes!(bot::faults, bot::order_fault, bot::clear_faults))
        .routes(routes!(bot::push_update))
        .routes(routes!(bot::calls))
        .routes(routes!(chat::chat))
        .routes(routes!(events::events))
        .routes(routes!(files::file))
        .routes(routes!(launch::open))
        .routes(routes!(talk::say))
        .routes(routes!(talk::press))
        .routes(routes!(talk::block, talk::unblock))
        .routes(routes!(talk::mark_read))
        .routes(routes!(talk::allow_writing))
        .routes(routes!(talk::share_contact))
        .routes(routes!(talk::web_app_data))
}
