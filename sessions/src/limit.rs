//! Work that ends once a lease is not surely held any more.

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;

use sesame_domain::held_lease::Hold;

/// Does something as long as it is surely held: whether it is, is looked at
/// each time before the work goes on. `None`: it was dropped.
pub(crate) async fn while_held<F: Future>(hold: &Hold, work: F) -> Option<F::Output> {
    tokio::pin!(work);
    let lapses = lapses(hold);
    tokio::pin!(lapses);
    poll_fn(|context| {
        if lapses.as_mut().poll(context).is_ready() || !hold.is_sure() {
            return Poll::Ready(None);
        }
        work.as_mut().poll(context).map(Some)
    })
    .await
}

/// Waits until it is not surely held any more.
async fn lapses(hold: &Hold) {
    loop {
        match hold.left() {
            None => return std::future::pending().await,
            Some(Duration::ZERO) => return,
            Some(left) => tokio::time::sleep(left).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use chrono::{DateTime, TimeDelta};
    use futures::FutureExt;
    use sesame_domain::time::{Clock, ManualClock};
    use tokio::sync::Notify;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn held() -> (Hold, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let shared: Arc<dyn Clock> = clock.clone();
        (Hold::until(&shared, shared.monotonic() + HOUR), clock)
    }

    #[tokio::test]
    async fn what_was_paused_for_longer_than_the_lease_goes_no_further() {
        let (hold, clock) = held();
        let (sent, go_on) = (AtomicU32::new(0), Notify::new());
        let sending = async {
            loop {
                sent.fetch_add(1, Ordering::SeqCst);
                go_on.notified().await;
            }
        };
        let limited = while_held(&hold, sending);
        tokio::pin!(limited);
        let _: Option<Option<()>> = limited.as_mut().now_or_never();
        go_on.notify_one();
        let _: Option<Option<()>> = limited.as_mut().now_or_never();
        assert_eq!(sent.load(Ordering::SeqCst), 2);
        clock.advance(TimeDelta::hours(1));
        go_on.notify_one();
        assert_eq!(limited.now_or_never(), Some(None));
        assert_eq!(sent.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn renewed_it_goes_on_and_given_back_it_ends() {
        let (hold, clock) = held();
        clock.advance(TimeDelta::minutes(59));
        hold.prolong(clock.monotonic() + HOUR);
        clock.advance(TimeDelta::minutes(59));
        assert_eq!(while_held(&hold, async { 7 }).await, Some(7));
        hold.clone().end();
        assert_eq!(while_held(&hold, pending::<()>()).await, None);
    }

    #[tokio::test]
    async fn what_needs_no_lease_is_not_limited() {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let hold = Hold::unlimited(&clock);
        assert_eq!(while_held(&hold, async { 7 }).await, Some(7));
    }
}
