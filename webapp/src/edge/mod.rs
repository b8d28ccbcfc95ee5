//! What every request goes through: an id, a span, metrics, time limits,
//! security headers, and errors as problem JSON.

mod client_address;
mod deadline;
mod headers;
mod observe;
mod panics;
mod problems;
mod rate_limits;
mod trusted_proxies;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};

use crate::app::App;
use crate::body::MAX_BODY_BYTES;
use crate::problem::ApiError;

pub(crate) use client_address::ClientAddress;
pub(crate) use deadline::deadline;
pub(crate) use observe::{about_login, request_id};
pub(crate) use panics::panics;
pub use rate_limits::Rates;
pub(crate) use rate_limits::{Asked, whole_seconds};
pub use trusted_proxies::{NoNetwork, TrustedProxies, network_of};

/// Puts the edge around the routes, and them below the base path. What leads
/// nowhere goes through the edge as well.
pub(crate) fn around(routes: Router<App>, app: &App) -> Router<App> {
    let routes = routes.method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed });
    let nowhere = Router::new().fallback(|| async { ApiError::NotFound });
    app.base.over(edge(routes, app)).merge(edge(nowhere, app))
}

fn edge(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(panics::panics())
        .layer(from_fn_with_state(app.clone(), rate_limits::limit))
        .layer(from_fn(problems::render))
        .layer(from_fn_with_state(app.clone(), headers::protect))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .layer(from_fn_with_state(app.clone(), client_address::note))
}
