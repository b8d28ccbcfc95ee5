//! The addresses of this part.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::state::TelegramState;
use super::{
    auth_keys, channels, clock, codes, devices, faults, forgetting, limits, messages, password,
    people, stats, tokens,
};

/// This part, to be merged into the control interface.
pub fn router<S: Clone + Send + Sync + 'static>(state: TelegramState) -> OpenApiRouter<S> {
    OpenApiRouter::new()
        .routes(routes!(people::list, people::create))
        .routes(routes!(people::show, people::change))
        .routes(routes!(people::note_use))
        .routes(routes!(password::set, password::remove))
        .routes(routes!(devices::scan))
        .routes(routes!(devices::list, devices::end_all))
        .routes(routes!(devices::end))
        .routes(routes!(devices::all))
        .routes(routes!(codes::of_person))
        .routes(routes!(codes::of_phone))
        .routes(routes!(auth_keys::list, auth_keys::mint))
        .routes(routes!(auth_keys::forget))
        .routes(routes!(faults::list, faults::set, faults::clear))
        .routes(routes!(faults::lift))
        .routes(routes!(limits::list, limits::set, limits::clear))
        .routes(routes!(limits::lift))
        .routes(routes!(channels::list, channels::create))
        .routes(routes!(channels::change))
        .routes(routes!(messages::list, messages::say))
        .routes(routes!(messages::edit, messages::delete))
        .routes(routes!(forgetting::member))
        .routes(routes!(forgetting::changes))
        .routes(routes!(forgetting::file_references))
        .routes(routes!(stats::stats))
        .routes(routes!(tokens::list))
        .routes(routes!(clock::advance))
        .with_state(state)
}
