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
    within(LIMIT, next.run(request)).await
}

async fn within(limit: Duration, answer: impl Future<Output = Response>) -> Response {
    tokio::time::timeout(limit, answer)
        .await
        .unwrap_or_else(|_| ApiError::Timeout.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_that_does_not_come_is_given_up() {
        let late = within(Duration::ZERO, std::future::pending()).await;
        assert_eq!(late.status(), 503);
    }

    #[tokio::test]
    async fn an_answer_in_time_is_left_alone() {
        let in_time = within(LIMIT, async { "ok".into_response() }).await;
        assert_eq!(in_time.status(), 200);
    }
}
