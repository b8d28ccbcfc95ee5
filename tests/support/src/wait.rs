//! Waiting for something to become true, with a deadline.

use std::fmt::Debug;
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// The distance between two looks: short beside what is waited for.
const INTERVAL: Duration = Duration::from_millis(25);

/// Looks again and again until there is something; `None` after the deadline.
pub async fn poll<T>(within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = look().await {
            return Some(found);
        }
        if Instant::now() >= deadline {
            return None;
        }
        sleep(INTERVAL).await;
    }
}

/// Looks until the value satisfies the condition.
///
/// # Panics
/// If it does not in time; the message holds the last value.
pub async fn until<T: Debug>(
    what: &str,
    within: Duration,
    mut look: impl AsyncFnMut() -> T,
    satisfied: impl Fn(&T) -> bool,
) -> T {
    let deadline = Instant::now() + within;
    loop {
        let value = look().await;
        if satisfied(&value) {
            return value;
        }
        assert!(
            Instant::now() < deadline,
            "gave up waiting for {what} after {within:?}: {value:?}"
        );
        sleep(INTERVAL).await;
    }
}
