//! Authorisation keys for clients that cannot exchange keys here.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;

use super::state::TelegramState;

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
}

/// Makes a fresh authorisation key for each data centre. For clients that know
/// only Telegram's own RSA keys and so cannot exchange keys with the sandbox.
#[utoipa::path(
    post, path = "/auth-keys", tag = "data centres",
    responses((status = 201, body = DcTable)),
)]
pub(super) async fn mint(State(state): State<TelegramState>) -> (StatusCode, Json<DcTable>) {
    let keys = state.dcs.mint_keys().into_iter();
    let dcs = keys.map(|key| DcWithKey {
        id: key.dc,
        address: key.address.to_string(),
        auth_key: STANDARD.encode(key.auth_key),
    });
    let dcs = dcs.collect();
    (StatusCode::CREATED, Json(DcTable { dcs }))
}
