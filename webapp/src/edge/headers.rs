//! Security headers.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::settings::Settings;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What the operators' pages may load and do: nothing that stands in them, and
/// nothing of others.
const OPERATORS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// Where the pictures lie that launch data names (`photo_url`); after a blank.
const PICTURES: &str = " https://t.me https://*.telegram.org https://*.cdn-telegram.org \
    https://*.telesco.pe";

/// Who may show a page in a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framed {
    /// Telegram's web clients: the Mini App.
    ByTelegram,
    /// No one.
    Never,
}

/// Whose page it is.
fn is_operators(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}

/// Adds the security headers, and `no-store` where a handler did not say
/// otherwise.
pub(super) async fn protect(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let operators = is_operators(path);
    let framed = if path == "/app" || path.starts_with("/app/") {
        Framed::ByTelegram
    } else {
        Framed::Never
    };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if operators {
        let policy = HeaderValue::from_static(OPERATORS_POLICY);
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    } else if let Ok(policy) =
        HeaderValue::from_str(&content_security_policy(&app.settings, framed))
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if framed == Framed::Never {
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    fixed(headers);
    if operators {
        // Without a referrer, browsers do not say which origin a form is of.
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    }
    response
}

fn fixed(headers: &mut HeaderMap) {
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        PERMISSIONS_POLICY,
        HeaderValue::from_static(
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), \
             clipboard-write=(self)",
        ),
    );
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

fn content_security_policy(settings: &Settings, framed: Framed) -> String {
    let (scripts, ancestors) = match framed {
        Framed::ByTelegram => (
            format!("'self' {}", settings.bridge_origin()),
            if settings.frame_ancestors.is_empty() {
                "'self'".to_owned()
            } else {
                settings.frame_ancestors.join(" ")
            },
        ),
        Framed::Never => ("'self'".to_owned(), "'none'".to_owned()),
    };
    // People's pictures lie at Telegram: the Mini App is told where.
    let pictures = match framed {
        Framed::ByTelegram => PICTURES,
        Framed::Never => "",
    };
    // The bridge puts a <style> into the page, hence 'unsafe-inline' for styles.
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data:{pictures}; connect-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors {ancestors}"
    )
}
