//! Until when a lease is surely held.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use sesame_domain::time::{Clock, MonotonicTime};

/// Until when a lease is surely held, by this machine's own time. Whoever holds
/// it and whoever sends under it share it: what was paused for longer than the
/// lease finds out before it sends anything, without asking anyone.
#[derive(Clone)]
pub(crate) struct Hold {
    clock: Arc<dyn Clock>,
    /// `None`: no lease is needed.
    until: Arc<Mutex<Option<MonotonicTime>>>,
}

impl Hold {
    /// It is held until then.
    pub(crate) fn until(clock: &Arc<dyn Clock>, until: MonotonicTime) -> Self {
        Self {
            clock: Arc::clone(clock),
            until: Arc::new(Mutex::new(Some(until))),
        }
    }

    /// For what no other node can have: a session that is not stored yet.
    pub(crate) fn unlimited(clock: &Arc<dyn Clock>) -> Self {
        Self {
            clock: Arc::clone(clock),
            until: Arc::default(),
        }
    }

    /// Whether it is surely held now.
    pub(crate) fn is_sure(&self) -> bool {
        self.left().is_none_or(|left| !left.is_zero())
    }

    /// It was renewed, and is held until then.
    pub(crate) fn prolong(&self, until: MonotonicTime) {
        *self.lock() = Some(until);
    }

    /// It is lost, or given back.
    pub(crate) fn end(&self) {
        *self.lock() = Some(self.clock.monotonic());
    }

    /// Does something as long as it is surely held: whether it is, is looked at
    /// each time before the work goes on. `None`: it was dropped.
    pub(crate) async fn limit<F: Future>(&self, work: F) -> Option<F::Output> {
        tokio::pin!(work);
        let lapses = self.lapses();
        tokio::pin!(lapses);
        poll_fn(|context| {
            if lapses.as_mut().poll(context).is_ready() || !self.is_sure() {
                return Poll::Ready(None);
            }
            work.as_mut().poll(context).map(Some)
        })
        .await
    }

    /// Waits until it is not surely held any more.
    async fn lapses(&self) {
        loop {
            match self.left() {
                None => return std::future::pending().await,
                Some(Duration::ZERO) => return,
                Some(left) => tokio::time::sleep(left).await,
            }
        }
    }

    /// For how much longer it is surely held; `None`: for ever.
    fn left(&self) -> Option<Duration> {
        let until = *self.lock();
        until.map(|until| until.since(self.clock.monotonic()))
    }

    fn lock(&self) -> MutexGuard<'_, Option<MonotonicTime>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hold").field(&*self.lock()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicU32, Ordering};

    use chrono::{DateTime, TimeDelta};
    use futures::FutureExt as _;
    use sesame_domain::time::ManualClock;
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
        let limited = hold.limit::<_>(sending);
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
    async fn a_wall_clock_that_is_set_neither_ends_it_nor_brings_it_back() {
        let (hold, clock) = held();
        for by in [TimeDelta::days(365), TimeDelta::days(-730)] {
            clock.set_wall(by);
            assert!(hold.is_sure());
        }
        clock.advance(TimeDelta::hours(1));
        assert!(!hold.is_sure());
        for by in [TimeDelta::days(-365), TimeDelta::days(730)] {
            clock.set_wall(by);
            assert!(!hold.is_sure());
        }
    }

    #[tokio::test]
    async fn renewed_it_goes_on_and_given_back_it_ends() {
        let (hold, clock) = held();
        clock.advance(TimeDelta::minutes(59));
        hold.prolong(clock.monotonic() + HOUR);
        clock.advance(TimeDelta::minutes(59));
        assert!(hold.is_sure());
        hold.clone().end();
        assert!(!hold.is_sure());
        assert_eq!(hold.limit(pending::<()>()).await, None);
    }

    #[tokio::test]
    async fn what_needs_no_lease_is_not_limited() {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let hold = Hold::unlimited(&clock);
        assert!(hold.is_sure());
        assert_eq!(hold.limit(async { 7 }).await, Some(7));
    }
}
