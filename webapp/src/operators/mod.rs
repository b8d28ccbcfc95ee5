//! The operators' pages, at `/admin`.
//!
//! Invariants:
//! - who an operator is follows from a session that a link from the bot's chat
//!   began, and what they may do from the configuration, anew with each request
//!   ([`signed_in::SignedIn`]); no parameter says either;
//! - nothing is changed but by a form of a page of the same session
//!   ([`form::Acting`]): the request must come from this site, and carry what
//!   only that session's pages have;
//! - what cannot be taken back is confirmed in the chat ([`confirmations`]);
//! - whatever is refused is noted in the audit, and so is what is done;
//! - another tenant's sessions, questions and links do not exist here;
//! - a page that is left open keeps no session going ([`live`]);
//! - pages work without script, and hold no style or script themselves.
//!
//! Their words stand in `templates/admin` and here: operators read them in
//! English, beside settings, logs and the doctor, which are English too.

mod alone;
mod asset_files;
mod beats;
mod begun;
mod browser;
mod budget_chart;
mod configuration;
mod confirmations;
mod cookies;
mod diagnostics;
mod error;
mod figures;
mod form;
mod funnel_chart;
mod grouped;
mod growth;
mod layout;
mod lists;
mod live;
mod moment;
mod operator_list;
mod origin;
mod overview;
mod ports;
mod promises;
mod retiring;
mod same_site;
mod scheme;
mod scheme_choice;
mod sign_in;
mod signed_in;
mod tenant_ports;
mod watching;

pub use ports::{
    Diagnosed, Diagnosis, Finding, KeyRefusal, Keys, KeysShown, Lists, OperatorPorts, Severity,
    ShownKey, ShownSetting,
};
pub use tenant_ports::{
    NewTenant, OfferedSetting, ShownTenant, TenantAdministration, TenantRefusal, TenantStanding,
};

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use tower_http::compression::CompressionLayer;

use self::error::PageError;
use crate::app::App;
use crate::edge;
use crate::problem::ApiError;

/// All routes. Errors of theirs are pages.
pub(crate) fn routes(app: &App) -> Router<App> {
    let assets = Router::new()
        .route("/admin/admin.css", get(asset_files::style))
        .route("/admin/admin.js", get(asset_files::script))
        .route("/admin/icon.svg", get(asset_files::icon))
        .layer(CompressionLayer::new());
    let pages = Router::new()
        .route("/admin", get(overview::page))
        .route("/admin/", get(overview::page))
        .route(
            "/admin/sign-in/{token}",
            get(sign_in::open).post(sign_in::redeem),
        )
        .route("/admin/sign-in/{token}/open", post(sign_in::press))
        .route("/admin/sign-in/{token}/reject", post(sign_in::reject))
        .route("/admin/sign-out", post(sign_in::sign_out))
        .route("/admin/scheme", post(scheme_choice::choose))
        .route("/admin/logins", get(lists::logins::page))
        .route("/admin/logins/{id}", get(lists::login::page))
        .route("/admin/accounts", get(lists::accounts::page))
        .route("/admin/accounts/{id}", get(lists::account::page))
        .route("/admin/accounts/{id}/unlink", post(lists::account::unlink))
        .route("/admin/accounts/{id}/check", post(lists::account::check))
        .route("/admin/people", get(lists::people::page))
        .route("/admin/jobs", get(lists::jobs::page))
        .route("/admin/jobs/many", post(lists::many::of_jobs))
        .route("/admin/accounts/many", post(lists::many::of_accounts))
        .route("/admin/selections/{id}", post(lists::many::begin))
        .route("/admin/jobs/{id}", get(lists::job::page))
        .route("/admin/jobs/{id}/cancel", post(lists::job::cancel))
        .route("/admin/jobs/{id}/retry", post(lists::job::retry))
        .route("/admin/schedules", get(lists::schedules::page))
        .route("/admin/schedules/run", post(lists::schedules::run))
        .route("/admin/schedules/pause", post(lists::schedules::pause))
        .route("/admin/schedules/resume", post(lists::schedules::resume))
        .route("/admin/limits", get(lists::waits::page))
        .route("/admin/audit", get(lists::audit::page))
        .route("/admin/audit.csv", get(lists::audit_csv::file))
        .route(
            "/admin/tenants",
            get(lists::tenants::page).post(lists::tenants::add),
        )
        .route("/admin/tenants/{id}", get(lists::tenant::page))
        .route("/admin/tenants/{id}/settings", post(lists::tenant::set))
        .route("/admin/tenants/{id}/token", post(lists::tenant::set_token))
        .route("/admin/tenants/{id}/pause", post(lists::tenant::pause))
        .route("/admin/tenants/{id}/resume", post(lists::tenant::resume))
        .route("/admin/tenants/{id}/remove", post(lists::tenant::remove))
        .route("/admin/operators", get(operator_list::page))
        .route(
            "/admin/operators/sessions/end",
            post(operator_list::ask_end_others),
        )
        .route(
            "/admin/operators/sessions/{id}/end",
            post(operator_list::end),
        )
        .route(
            "/admin/confirmations/{id}",
            get(confirmations::page).post(confirmations::perform),
        )
        .route(
            "/admin/diagnostics",
            get(diagnostics::page).post(diagnostics::look_again),
        )
        .route("/admin/diagnostics/events", get(beats::events))
        .route("/admin/keys", get(lists::keys::page))
        .route("/admin/keys/rotate", post(lists::keys::rotate))
        .route("/admin/keys/retire", post(lists::keys::ask_retire))
        .route("/admin/backups", get(lists::backups::page))
        .route("/admin/configuration", get(configuration::page))
        .route("/admin/{*path}", any(nowhere))
        .method_not_allowed_fallback(|| async { PageError::from(ApiError::MethodNotAllowed) });
    pages
        .layer(edge::panics())
        .layer(from_fn(edge::deadline))
        .layer(from_fn_with_state(app.clone(), error::render))
        .merge(assets)
}

async fn nowhere() -> PageError {
    ApiError::NotFound.into()
}
