//! A panic ends one request, not the connection.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::problem::ApiError;

#[derive(Debug, thiserror::Error)]
#[error("a handler panicked")]
struct Panicked;

/// The panic's own words are in the log through the panic hook; they may hold
/// anything, so they go no further.
pub(super) fn answer(_words: Box<dyn Any + Send>) -> Response {
    ApiError::internal(Panicked).into_response()
}
