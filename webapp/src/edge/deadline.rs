//! The time limit of a request that neither streams nor waits.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::ApiError;

/// Longer than any of our answers should take, shorter than people wait.
const LIMIT: Duration = Duration::from_secs(15);

/// Ends a request that takes too long.
pub(crate) async fn deadline(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::Timeout.into_response(),
    }
}
