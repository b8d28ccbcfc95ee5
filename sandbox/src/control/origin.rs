//! Keeps other pages in the same browser away from the control interface.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::answer::Refusal;

/// Refuses changes that a page from another origin asks for: the Mini App in
/// the phone's frame must not be able to act as the person.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if safe || is_own(request.headers()) {
        return next.run(request).await;
    }
    Refusal::answer(
        StatusCode::FORBIDDEN,
        "FOREIGN_ORIGIN",
        "a page of another origin may not drive the sandbox".to_owned(),
    )
}

/// Programs send no `Origin`; the phone page sends the host it was loaded from.
fn is_own(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let origin = origin
        .to_str()
        .ok()
        .and_then(|value| value.split_once("://"));
    matches!((origin, host), (Some((_, from)), Some(host)) if from.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn own(origin: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8081"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        is_own(&headers)
    }

    #[test]
    fn only_programs_and_the_own_page_are_let_in() {
        assert!(own(None));
        assert!(own(Some("http://127.0.0.1:8081")));
        assert!(!own(Some("http://127.0.0.1:8080")));
        assert!(!own(Some("null")));
    }
}
