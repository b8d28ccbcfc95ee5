//! An id, a span and metrics for every request.
//!
//! Only the matched route is recorded, never the path or the query: links to
//! another screen are secrets, and ids belong in fields of their own.

use axum::extract::{MatchedPath, NestedPath, Request, State};
use axum::http::{Extensions, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use sesame_domain::ids::LoginId;
use tokio::time::Instant;
use tracing::Instrument;

use crate::app::App;

/// By which a request is found in the log.
#[derive(Clone, Default)]
pub(crate) struct RequestId(String);

impl RequestId {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// By which a request is found in the log.
pub(crate) fn request_id(extensions: &Extensions) -> String {
    let id = extensions.get::<RequestId>();
    id.map(|id| id.0.clone()).unwrap_or_default()
}

/// Notes which login the request is about, so that it is found by it.
pub(crate) fn about_login(id: LoginId) {
    tracing::Span::current().record("login.id", tracing::field::display(id));
}

/// Gives the request an id and a span, counts it and measures it.
pub(super) async fn observe(
    State(app): State<App>,
    matched: Option<MatchedPath>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut random = [0; 8];
    app.ports.entropy.fill(&mut random);
    let id = RequestId(hex::encode(random));
    let method = method_name(request.method());
    let route = route_of(matched.as_ref(), request.extensions().get());
    let login = tracing::field::Empty;
    let span = tracing::info_span!(
        "request",
        request.id = id.0,
        method,
        route,
        login.id = login
    );
    request.extensions_mut().insert(id.clone());

    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let seconds = began.elapsed().as_secs_f64();

    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(status, seconds, "answered"));
    let labels = [
        ("tenant", app.settings.tenant.to_string()),
        ("method", method.to_owned()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("sesame_http_requests_total", &labels).increment(1);
    metrics::histogram!("sesame_http_request_seconds", &labels).record(seconds);
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// The route, named the same wherever the base path put it.
pub(super) fn route_of(matched: Option<&MatchedPath>, nested: Option<&NestedPath>) -> String {
    let whole = matched.map_or("unmatched", MatchedPath::as_str);
    let route = nested.and_then(|base| whole.strip_prefix(base.as_str()));
    route.unwrap_or(whole).to_owned()
}

/// Methods are free text; as a label only the known ones may appear.
fn method_name(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
