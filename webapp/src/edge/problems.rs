//! Errors as `application/problem+json`.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sesame_domain::reason::Reason;

use super::observe::RequestId;
use crate::identity;
use crate::problem::{ApiError, Failed, Unauthorized};

/// Writes the body of an error that a handler returned, and logs what is ours.
pub(super) async fn render(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let id = id.unwrap_or_default();
    let language = identity::accepted(request.headers());
    let mut response = next.run(request).await;
    let Some(Failed(error)) = response.extensions_mut().remove::<Failed>() else {
        return response;
    };
    log(&error);
    let body = serde_json::to_vec(&error.problem(language, id.as_str())).unwrap_or_default();
    let mut answer = (response.status(), body).into_response();
    let headers = answer.headers_mut();
    headers.extend(response.headers().clone());
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if let Some(seconds) = error.retry_after_seconds() {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if let ApiError::Unauthorized(why) = &*error
        && *why != Unauthorized::WebhookSecret
    {
        headers.insert(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("tma, Bearer realm=\"sesame\""),
        );
    }
    answer
}

fn log(error: &ApiError) {
    match error {
        ApiError::Internal(why) => {
            tracing::error!(error = %Reason::of(&**why), "a request failed");
        }
        ApiError::StorageFull(why) | ApiError::StorageFailing(why) => {
            tracing::error!(error = %Reason::of(why), "nothing can be stored");
        }
        ApiError::Unavailable(why) => {
            tracing::warn!(error = %Reason::of(why), "storage did not answer");
        }
        ApiError::Timeout => tracing::warn!("a request took too long"),
        other => tracing::debug!(code = other.describe().1, "a request was refused"),
    }
}
