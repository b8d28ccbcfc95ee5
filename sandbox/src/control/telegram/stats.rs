//! How the data centres are used.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::state::TelegramState;

/// How the data centres are used.
#[derive(Serialize, ToSchema)]
pub(super) struct Stats {
    /// Open connections, by data centre.
    connections: BTreeMap<i32, usize>,
    /// Authorisation keys, of logins and of clients that have none.
    auth_keys: usize,
    /// Clients that show a login code.
    waiting_tokens: usize,
    /// Calls so far, by method.
    calls: BTreeMap<&'static str, u64>,
    /// Calls of methods that the sandbox does not have.
    unknown_calls: u64,
}

/// How the data centres are used.
#[utoipa::path(get, path = "/stats", tag = "data centres", responses((status = 200, body = Stats)))]
pub(super) async fn stats(State(state): State<TelegramState>) -> Json<Stats> {
    let dcs = state.dcs.stats();
    Json(Stats {
        connections: dcs.connections.into_iter().collect(),
        auth_keys: state.world.keys().count(),
        waiting_tokens: state.world.tokens().waiting(state.now()),
        calls: dcs.calls.into_iter().collect(),
        unknown_calls: dcs.unknown_calls,
    })
}
