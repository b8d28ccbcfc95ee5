//! A panic ends one request, not the connection.

use std::any::Any;

use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::problem::ApiError;

#[derive(Debug, thiserror::Error)]
#[error("a handler panicked")]
struct Panicked;

/// How a panic's words are answered.
type Answer = fn(Box<dyn Any + Send>) -> Response;

/// Ends the request alone.
pub(crate) fn panics() -> CatchPanicLayer<Answer> {
    CatchPanicLayer::custom(answer as Answer)
}

/// The panic's own words are in the log through the panic hook; they may hold
/// anything, so they go no further.
fn answer(_words: Box<dyn Any + Send>) -> Response {
    ApiError::internal(Panicked).into_response()
}
