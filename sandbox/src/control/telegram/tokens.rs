//! Login tokens, for tests that have no camera.

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::state::TelegramState;
use crate::world::{LoginToken, World};

/// A login token that was exported lately.
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    /// The link that a code with it shows.
    link: String,
    /// What names the login: the id of its client's key, as text.
    login: String,
    /// When the login began, in seconds since 1970.
    began_at: i64,
    /// Who used a Mini App right before it began, and so most likely began it.
    probably_of: Option<i64>,
    /// The name of the device that shows it.
    device_model: String,
    /// The app's version.
    app_version: String,
    /// The data centre that exported it.
    dc: i32,
    /// When it was exported, in seconds since 1970.
    exported_at: i64,
    /// When its life ends, in seconds since 1970.
    expires_at: i64,
    /// Who accepted it.
    accepted_by: Option<i64>,
    /// Whether its device is connected now.
    online: bool,
}

impl Token {
    fn of(token: LoginToken, world: &World) -> Self {
        let key = world.keys().get(token.key);
        Self {
            online: key.is_some_and(|key| key.is_connected()),
            link: format!("tg://login?token={}", URL_SAFE_NO_PAD.encode(token.bytes)),
            login: token.key.to_string(),
            began_at: token.began_at,
            probably_of: token.probably_of,
            device_model: token.device.model.clone(),
            app_version: token.device.app_version.clone(),
            dc: token.dc,
            exported_at: token.exported_at,
            expires_at: token.expires_at,
            accepted_by: token.accepted_by,
        }
    }
}

/// The login tokens that were exported lately, newest first.
#[utoipa::path(get, path = "/tokens", tag = "devices", responses((status = 200, body = Vec<Token>)))]
pub(super) async fn list(State(state): State<TelegramState>) -> Json<Vec<Token>> {
    let tokens = state.world.tokens().list().into_iter();
    Json(tokens.map(|token| Token::of(token, &state.world)).collect())
}
