//! The routes, and the document that describes them.

use axum::{Json, Router};
use utoipa::openapi::Server;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    accounts, audit, channels, dialogs, events, export_estimate, export_fetching, export_renewal,
    export_retry, exports, job_events, jobs, logins, me, me_events, password, phone, post_changes,
    posts, refusals, screen, session,
};
use crate::app::App;
use crate::base_path::BasePath;
use crate::health;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sesame",
        description = "Links people's Telegram accounts to a bot. Uses the Telegram API.",
    ),
    modifiers(&Schemes),
    tags(
        (name = "session", description = "Who asks."),
        (name = "logins", description = "Linking an account."),
        (name = "screen", description = "The code on another screen."),
        (name = "accounts", description = "Linked accounts."),
        (name = "exports", description = "Copies of chats that are kept on the server."),
        (name = "channels", description = "Channels that are read, and their posts."),
        (name = "jobs", description = "What takes longer than an answer."),
        (name = "me", description = "What is known of the person."),
        (name = "health", description = "How the program does."),
    )
)]
struct Document;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = |words: &str| {
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .description(Some(words))
                    .build(),
            )
        };
        let init_data = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
            "Authorization",
            "`tma ` and the Mini App's initData, as long as it was not exchanged.",
        )));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", bearer("From `POST /api/v1/session`."));
        components.add_security_scheme("screen", bearer("From `POST /api/v1/screen`."));
        components.add_security_scheme("init_data", init_data);
    }
}

/// The routes whose answers are quick, and those that stream or wait.
pub(crate) struct Routes {
    pub(crate) quick: Router<App>,
    pub(crate) waiting: Router<App>,
}

/// All routes of the API and of health, with `/openapi.json`.
pub(crate) fn routes(base: &BasePath) -> Routes {
    let quick = OpenApiRouter::with_openapi(Document::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .routes(routes!(session::exchange))
                .routes(routes!(logins::begin))
                .routes(routes!(logins::current))
                .routes(routes!(logins::picture))
                .routes(routes!(phone::read_number))
                .routes(routes!(phone::submit_number, phone::another_number))
                .routes(routes!(phone::submit_code))
                .routes(routes!(phone::another_code))
                .routes(routes!(password::submit))
                .routes(routes!(screen::issue))
                .routes(routes!(screen::send))
                .routes(routes!(screen::redeem))
                .routes(routes!(accounts::list))
                .routes(routes!(accounts::unlink))
                .routes(routes!(accounts::check))
                .routes(routes!(dialogs::list))
                .routes(routes!(dialogs::photo))
                .routes(routes!(jobs::list))
                .routes(routes!(exports::ask))
                .routes(routes!(export_estimate::estimate))
                .routes(routes!(exports::list))
                .routes(routes!(exports::find, exports::remove))
                .routes(routes!(export_fetching::link))
                .routes(routes!(export_retry::retry))
                .routes(routes!(export_renewal::set))
                .routes(routes!(channels::list, channels::add))
                .routes(routes!(channels::change, channels::remove))
                .routes(routes!(channels::look))
                .routes(routes!(posts::of_channel))
                .routes(routes!(posts::list))
                .routes(routes!(posts::find))
                .routes(routes!(post_changes::list))
                .routes(routes!(audit::list))
                .routes(routes!(me::erase)),
        )
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics));
    let waiting = OpenApiRouter::new().nest(
        "/api/v1",
        OpenApiRouter::new()
            .routes(routes!(logins::find, logins::cancel))
            .routes(routes!(events::events))
            .routes(routes!(jobs::find, jobs::cancel))
            .routes(routes!(job_events::events))
            .routes(routes!(export_fetching::send))
            .routes(routes!(me_events::events)),
    );
    let (quick, mut document) = quick.split_for_parts();
    let (waiting, waiting_document) = waiting.split_for_parts();
    document.merge(waiting_document);
    refusals::add(&mut document);
    if !base.is_root() {
        document.servers = Some(vec![Server::new(base.to_string())]);
    }
    let document = Json(document);
    Routes {
        quick: quick.route(
            "/openapi.json",
            axum::routing::get(move || async move { document }),
        ),
        waiting,
    }
}
