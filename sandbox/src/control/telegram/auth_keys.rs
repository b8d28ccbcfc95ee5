//! Authorisation keys for clients that cannot exchange keys here.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::state::TelegramState;
use crate::dc::MintedKey;
use crate::world::AuthKey;

/// A data centre with a key for it.
#[derive(Serialize, ToSchema)]
pub(super) struct DcWithKey {
    /// The data centre's number.
    id: i32,
    /// Where it listens.
    #[schema(example = "127.0.0.1:40001")]
    address: String,
    /// The 256 bytes of the key, in base64.
    auth_key: String,
}

/// A table of data centres with fresh keys.
#[derive(Serialize, ToSchema)]
pub(super) struct DcTable {
    /// The data centres.
    dcs: Vec<DcWithKey>,
    /// The CDN, which keeps files only.
    #[serde(skip_serializing_if = "Option::is_none")]
    cdn: Option<DcWithKey>,
}

impl From<MintedKey> for DcWithKey {
    fn from(key: MintedKey) -> Self {
        Self {
            id: key.dc,
            address: key.address.to_string(),
            auth_key: STANDARD.encode(key.auth_key),
        }
    }
}

/// Makes a fresh authorisation key for each data centre. For clients that know
/// only Telegram's own RSA keys and so cannot exchange keys with the sandbox.
#[utoipa::path(
    post, path = "/auth-keys", tag = "data centres",
    responses((status = 201, body = DcTable)),
)]
pub(super) async fn mint(State(state): State<TelegramState>) -> (StatusCode, Json<DcTable>) {
    let keys = state.dcs.mint_keys().into_iter();
    let dcs = keys.map(DcWithKey::from).collect();
    let cdn = state.dcs.mint_cdn_key().map(DcWithKey::from);
    (StatusCode::CREATED, Json(DcTable { dcs, cdn }))
}

/// An authorisation key that a data centre knows.
#[derive(Serialize, ToSchema)]
pub(super) struct KnownKey {
    /// Its id (the lower 64 bits of its SHA-1, signed). As text: it does not fit
    /// into a JavaScript number.
    id: String,
    /// The data centre.
    dc: i32,
    /// When it was made, in seconds since 1970.
    created_at: i64,
    /// How many connections speak with it now.
    connections: usize,
    /// The most that ever did at the same time, since the sandbox was started.
    most_connections: usize,
    /// Whether its login was ended because it was used from two connections.
    dropped: bool,
    /// Who is logged in with it, also half-way or no more.
    person: Option<i64>,
    /// Which of their logins that is, as text.
    hash: Option<String>,
}

impl From<&AuthKey> for KnownKey {
    fn from(key: &AuthKey) -> Self {
        let login = key.login();
        Self {
            id: key.id.to_string(),
            dc: key.dc,
            created_at: key.created_at,
            connections: key.connections(),
            most_connections: key.most_connections(),
            dropped: key.is_dropped(),
            person: login.as_ref().map(|login| login.person),
            hash: login.map(|login| login.hash.to_string()),
        }
    }
}

/// The authorisation keys that the data centres know, of clients that are logged
/// in and of others; oldest first.
#[utoipa::path(get, path = "/auth-keys", tag = "data centres", responses((status = 200, body = Vec<KnownKey>)))]
pub(super) async fn list(State(state): State<TelegramState>) -> Json<Vec<KnownKey>> {
    let mut keys = state.world.keys().list();
    keys.sort_by_key(|key| (key.created_at, key.id));
    Json(keys.iter().map(|key| KnownKey::from(&**key)).collect())
}

/// Forgets a key, as Telegram does now and then: what is sent with it is
/// answered with the transport error -404.
#[utoipa::path(
    delete, path = "/auth-keys/{id}", tag = "data centres",
    params(("id" = i64, Path, description = "The key")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn forget(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, TelegramError> {
    match state.world.keys().remove(id) {
        Some(_) => Ok(StatusCode::NO_CONTENT),
        None => Err(TelegramError::not_found("AUTH_KEY_INVALID")),
    }
}
