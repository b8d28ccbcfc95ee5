//! What every page has, whoever looks at it.

use axum::http::HeaderMap;

use super::scheme::Scheme;
use crate::app::App;
use crate::base_path::BasePath;

/// What every page has, whoever looks at it.
pub(super) struct Alone {
    pub(super) base: BasePath,
    pub(super) css: String,
    pub(super) js: String,
    pub(super) scheme: Scheme,
    /// Where the bot is, if its name is known.
    pub(super) bot: Option<String>,
}

impl Alone {
    /// For whoever sent these headers.
    pub(super) fn of(app: &App, headers: &HeaderMap) -> Self {
        Self {
            base: app.base.clone(),
            css: app.operator_assets.style.url(),
            js: app.operator_assets.script.url(),
            scheme: Scheme::of(headers, app.settings.secure_cookies),
            bot: app.settings.bot_username.clone(),
        }
    }
}
