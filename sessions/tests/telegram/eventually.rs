//! Waiting for what comes about by itself.

use std::time::Duration;

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// Waits until something is so.
pub(crate) async fn eventually<F>(what: &str, is_so: impl Fn() -> F)
where
    F: Future<Output = bool>,
{
    eventually_within(PATIENCE, what, is_so).await;
}

/// Waits until something is so, no longer than so long.
pub(crate) async fn eventually_within<F>(limit: Duration, what: &str, is_so: impl Fn() -> F)
where
    F: Future<Output = bool>,
{
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let done = tokio::time::timeout(limit, wait).await;
    assert!(done.is_ok(), "waited in vain for {what}");
}
