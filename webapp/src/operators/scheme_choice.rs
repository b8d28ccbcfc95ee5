//! Choosing the colours.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};

use super::cookies::Cookie;
use super::error::PageError;
use super::form::Acting;
use super::scheme::Scheme;
use crate::app::App;

/// For how long the choice is kept, in seconds.
const KEPT: i64 = 365 * 24 * 3600;

/// Keeps a choice, and shows the overview in it.
pub(super) async fn choose(State(app): State<App>, acting: Acting) -> Result<Response, PageError> {
    let scheme = Scheme::named(acting.field("scheme").unwrap_or_default());
    let secure = app.settings.secure_cookies;
    let cookie = match scheme {
        Scheme::Auto => Cookie::Scheme.forget(secure),
        chosen => Cookie::Scheme.keep(chosen.name(), KEPT, secure),
    };
    let mut response = Redirect::to(&format!("{}/admin", app.base)).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
