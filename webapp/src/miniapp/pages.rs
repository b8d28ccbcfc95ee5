//! The shell of the Mini App.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use sesame_words::{AppWords, Language};

use crate::app::App;
use crate::base_path::BasePath;
use crate::html::html;
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "miniapp/shell.html")]
struct Shell {
    base: BasePath,
    words: AppWords,
    css: String,
    js: String,
    bridge: String,
    bot_link: Option<String>,
    bot_name: Option<String>,
}

/// The page that fetches the rest; the same for everyone
/// who reads its language.
pub(super) async fn shell(
    State(app): State<App>,
    language: Language,
) -> Result<Response, ApiError> {
    let bot = app.settings.bot_username.as_ref();
    html(&Shell {
        base: app.base.clone(),
        words: language.app(),
        css: app.assets.style.url(),
        js: app.assets.script.url(),
        bridge: app.settings.bridge_url.to_string(),
        bot_name: (app.ports.bot_name)(),
        bot_link: bot.map(|name| format!("https://t.me/{name}")),
    })
}
