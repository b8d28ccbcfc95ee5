//! Telegram's colours.

use axum::Json;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::bots::{Theme, theme_parameters};

/// The colours of the person's app, as Mini Apps are told them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Themes {
    /// By day.
    light: Value,
    /// By night.
    dark: Value,
}

/// The colours of the two themes (`themeParams`).
#[utoipa::path(get, path = "/themes", tag = "mini app", responses((status = 200, body = Themes)))]
pub(super) async fn themes() -> Json<Themes> {
    Json(Themes {
        light: theme_parameters(Theme::Light),
        dark: theme_parameters(Theme::Dark),
    })
}
