//! The web side of Sesame: the Mini App, the page for another screen, the
//! operators' pages, the JSON API with its `OpenAPI` document, the webhook, and
//! the pages about health.
//!
//! How rendered and live fit together: every state of a login has a view that
//! the server renders (`/app/view/logins/{id}`), always as the login stands
//! now. The page's script listens to the login's events only to learn *that*
//! something changed, then fetches the view and fades it in; parts that carry
//! a `data-part` are exchanged one by one while the view stays the same, so
//! that a renewed code cross-fades and a half-typed password is kept. Nothing
//! is lost when an event is: the next view is right again. Templates and the
//! script hold no words: they name messages of [`sesame_words`], in the language
//! of the person's app.
//!
//! Invariants:
//! - who asks comes from verified `initData`, from a token that it was
//!   exchanged for ([`init_data`]), or, of operators, from a link out of the
//!   bot's chat (`operators`), never from a parameter;
//! - someone else's login or account does not exist (404);
//! - pages and API are never cached, but for pictures of chats by the browser of
//!   whoever asked; links and tokens are never logged;
//! - whatever names an address takes it from [`BasePath`];
//! - nothing is spawned: what streams or waits ends when the program stops.
//!
//! Deliberately absent: sessions of linked accounts, storage, the bot, cookies
//! of the Mini App.

pub mod init_data;

mod activity;
mod api;
mod app;
mod assets;
mod base_path;
mod body;
mod channel_problem;
mod dialogs;
mod edge;
mod export_link;
mod health;
mod html;
mod identity;
mod linking_end;
mod login_view;
mod miniapp;
mod operators;
mod pass;
mod phone_number;
mod ports;
mod problem;
mod qr;
mod read_problem;
mod settings;
mod signed;
mod streams;
mod webhook;

pub use base_path::BasePath;
pub use edge::{NoNetwork, Rates, TrustedProxies, network_of};
pub use operators::{
    Diagnosed, Diagnosis, Finding, KeyRefusal, Keys, KeysShown, Lists, NewTenant, OfferedSetting,
    OperatorPorts, Severity, ShownKey, ShownSetting, ShownTenant, TenantAdministration,
    TenantRefusal, TenantStanding,
};
pub use pass::{PASS_LIFE, Passes};
pub use phone_number::PhoneNumber;
pub use ports::{BotName, ChannelPorts, ExportPorts, Ports, Probe, Readiness};
pub use qr::login_url;
pub use settings::Settings;

use axum::Router;
use axum::middleware::from_fn;
use tokio_util::sync::CancellationToken;

use app::App;

/// Everything that is served. Who serves it says by [`axum::extract::ConnectInfo`]
/// from which address a connection is. When `shutdown` is
/// cancelled, what streams or waits comes to its end.
pub fn router(settings: Settings, ports: Ports, shutdown: CancellationToken) -> Router {
    let app = App::new(settings, ports, shutdown);
    let api = api::routes(&app.base);
    let quick = api
        .quick
        .merge(miniapp::routes())
        .merge(webhook::routes(&app))
        .layer(from_fn(edge::deadline));
    let routes = quick
        .merge(api.waiting)
        .merge(export_link::routes())
        .merge(operators::routes(&app));
    edge::around(routes, &app).with_state(app)
}
