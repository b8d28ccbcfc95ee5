//! The addresses of this part.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::state::TelegramState;
use super::{
    auth_keys, channels, clock, codes, devices, dialogs, faults, forgetting, limits, message_files,
    messages, password, people, photos, schedules, stats, takeouts, tl_messages, tokens,
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
        .routes(routes!(channels::migrate))
        .routes(routes!(dialogs::make))
        .routes(routes!(dialogs::change))
        .routes(routes!(takeouts::show, takeouts::set))
        .routes(routes!(takeouts::allow))
        .routes(routes!(photos::of_person, photos::remove_of_person))
        .routes(routes!(photos::of_chat, photos::remove_of_chat))
        .routes(routes!(messages::list, messages::say))
        .routes(routes!(messages::edit, messages::delete))
        .routes(routes!(tl_messages::say))
        .routes(routes!(tl_messages::one_of_every_kind))
        .routes(routes!(tl_messages::make))
        .routes(routes!(message_files::set_fault))
        .routes(routes!(message_files::expire_references))
        .routes(routes!(forgetting::member, forgetting::add_member))
        .routes(routes!(forgetting::changes))
        .routes(routes!(forgetting::file_references))
        .routes(routes!(schedules::list))
        .routes(routes!(schedules::show, schedules::set))
        .routes(routes!(schedules::change, schedules::remove))
        .routes(routes!(schedules::take_turns))
        .routes(routes!(stats::stats))
        .routes(routes!(tokens::list))
        .routes(routes!(clock::advance))
        .with_state(state)
}
