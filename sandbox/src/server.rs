//! The one HTTP listener for the page, the control interface and the Bot API.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use tokio_util::sync::CancellationToken;

use crate::bots::{Bots, api};
use crate::control::{self, ControlState};
use crate::phone;

/// Everything that is served.
pub(crate) fn router(state: ControlState) -> Router {
    let bots = Arc::clone(&state.bots);
    let stop = state.stop.clone();
    Router::new()
        .route(
            "/",
            get(|| std::future::ready(Redirect::temporary("/phone"))),
        )
        .merge(phone::router())
        .nest("/control", control::router(state))
        .fallback(move |request| bot_api(Arc::clone(&bots), request))
        .layer(DefaultBodyLimit::max(api::MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(stop, end_on_stop))
}

async fn bot_api(bots: Arc<Bots>, request: Request) -> Response {
    api::serve(bots, request).await
}

/// Long polls must not keep a stopping sandbox waiting.
async fn end_on_stop(
    State(stop): State<CancellationToken>,
    request: Request,
    next: Next,
) -> Response {
    stop.run_until_cancelled(next.run(request))
        .await
        .unwrap_or_else(|| StatusCode::BAD_GATEWAY.into_response())
}
