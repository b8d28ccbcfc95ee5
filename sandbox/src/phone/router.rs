//! The addresses of the phone page.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::assets;

/// The page may show any Mini App in its frame; nothing may frame the page.
const POLICY: &str = "default-src 'self'; frame-src http: https:; img-src 'self' data: blob:; \
                      media-src 'self' blob: mediastream:; style-src 'self'; script-src 'self'; \
                      frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// `/phone` and its parts.
pub fn router() -> Router {
    Router::new()
        .route("/phone", get(|| std::future::ready(serve("index.html"))))
        .route("/phone/", get(|| std::future::ready(serve("index.html"))))
        .route(
            "/phone/{name}",
            get(|Path(name): Path<String>| async move { serve(&name) }),
        )
}

fn serve(name: &str) -> Response {
    let Some(asset) = assets::find(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, asset.text).into_response()
}
