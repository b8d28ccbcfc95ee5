//! In which language a request is answered.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use sesame_words::Language;

use crate::app::App;

/// The language that the browser asks for, where it is not known who asks.
pub(crate) fn accepted(headers: &HeaderMap) -> Language {
    let header = headers.get(ACCEPT_LANGUAGE);
    Language::accepted(header.and_then(|it| it.to_str().ok()))
}

/// The language of the person's Telegram app. It is known once their identity
/// is, so it stands after that among a handler's arguments; where no one is
/// known, the browser says it.
impl FromRequestParts<App> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>().copied();
        Ok(known.unwrap_or_else(|| accepted(&parts.headers)))
    }
}
