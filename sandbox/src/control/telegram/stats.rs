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
    /// Errors that calls were answered with so far, by method and name (without
    /// the numbers in it).
    errors: BTreeMap<&'static str, BTreeMap<String, u64>>,
    /// How many of these told the client to wait.
    floods: u64,
    /// Connections that were turned away so far, by reason: `ordered` (the fault
    /// `refuse`), `fault` (`transport`, `garbage`), `unknown_key`, `malformed`.
    refused_connections: BTreeMap<&'static str, u64>,
    /// Keys whose login was ended because it was used from two connections.
    dropped_keys: usize,
}

/// How the data centres are used.
#[utoipa::path(get, path = "/stats", tag = "data centres", responses((status = 200, body = Stats)))]
pub(super) async fn stats(State(state): State<TelegramState>) -> Json<Stats> {
    let dcs = state.dcs.stats();
    let mut errors: BTreeMap<&'static str, BTreeMap<String, u64>> = BTreeMap::new();
    let mut floods = 0;
    for (method, name, count) in dcs.errors {
        if name.ends_with("_WAIT") {
            floods += count;
        }
        errors.entry(method).or_default().insert(name, count);
    }
    let keys = state.world.keys().list();
    Json(Stats {
        connections: dcs.connections.into_iter().collect(),
        auth_keys: keys.len(),
        waiting_tokens: state.world.tokens().waiting(state.now()),
        calls: dcs.calls.into_iter().collect(),
        unknown_calls: dcs.unknown_calls,
        errors,
        floods,
        refused_connections: dcs
            .refused
            .into_iter()
            .map(|(why, count)| (why.name(), count))
            .collect(),
        dropped_keys: keys.iter().filter(|key| key.is_dropped()).count(),
    })
}
