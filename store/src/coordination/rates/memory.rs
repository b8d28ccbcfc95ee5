//! Rate limits of one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sesame_domain::ports::{Counted, Rate, RateKey, RateLimits, StoreError, Verdict};
use sesame_domain::sliding_log::{SlidingLog, window};
use sesame_domain::time::{Clock, Timestamp};

/// How many subjects are remembered, and how much of all of them. Whoever has
/// many addresses takes no more memory than this.
const BOUNDS: Bounds = Bounds {
    logs: 100_000,
    moments: 1_000_000,
};
/// How many subjects there are at least before those are looked for that count
/// no more.
const SWEPT_FROM: usize = 1_024;

/// Rate limits of one process.
pub(crate) struct MemoryRates {
    clock: Arc<dyn Clock>,
    logs: Mutex<Logs>,
}

impl MemoryRates {
    /// Nothing is counted yet.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self::within(clock, BOUNDS)
    }

    fn within(clock: Arc<dyn Clock>, bounds: Bounds) -> Self {
        let logs = Mutex::new(Logs {
            by_key: HashMap::new(),
            moments: 0,
            sweep_at: SWEPT_FROM.min(bounds.logs),
            bounds,
        });
        Self { clock, logs }
    }

    /// Asks at that moment.
    pub(crate) fn take_at(&self, asks: &[(RateKey, Rate)], now: Timestamp) -> Verdict {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let waits: Vec<u64> = asks.iter().map(|ask| logs.wait(ask, now)).collect();
        let is_allowed = waits.iter().all(|wait| *wait == 0);
        let told = asks.iter().zip(waits).map(|(ask, wait)| {
            let counted = logs.counted(ask, wait, is_allowed, now);
            (ask.1, counted)
        });
        let verdict = Verdict::of(told);
        logs.stay_within_bounds(now);
        verdict
    }
}

#[async_trait]
impl RateLimits for MemoryRates {
    async fn take(&self, asks: &[(RateKey, Rate)]) -> Result<Verdict, StoreError> {
        Ok(self.take_at(asks, self.clock.now()))
    }
}

#[derive(Clone, Copy)]
struct Bounds {
    logs: usize,
    moments: usize,
}

/// What is counted, by key and window.
type ByKey = HashMap<(String, i64), SlidingLog>;

struct Logs {
    by_key: ByKey,
    /// How many moments all of them hold.
    moments: usize,
    /// With how many logs to look next for those that count no more.
    sweep_at: usize,
    bounds: Bounds,
}

impl Logs {
    fn wait(&mut self, (key, rate): &(RateKey, Rate), now: Timestamp) -> u64 {
        let log = self.by_key.entry((key.as_text(), window(*rate)));
        let log = log.or_default();
        let before = log.len();
        let wait = log.wait(*rate, now);
        self.moments -= before - log.len();
        wait
    }

    fn counted(
        &mut self,
        (key, rate): &(RateKey, Rate),
        wait: u64,
        counts: bool,
        now: Timestamp,
    ) -> Counted {
        let log = self.by_key.entry((key.as_text(), window(*rate)));
        let log = log.or_default();
        if counts {
            log.count(now);
            self.moments += 1;
        }
        log.counted(*rate, wait, now)
    }

    fn stay_within_bounds(&mut self, now: Timestamp) {
        if self.by_key.len() >= self.sweep_at {
            let now = now.timestamp_millis();
            self.by_key.retain(|(_, window), log| {
                log.last().is_some_and(|at| at <= now && at > now - *window)
            });
            self.count_moments();
            let later = self.by_key.len().saturating_mul(2).max(SWEPT_FROM);
            self.sweep_at = later.min(self.bounds.logs);
        }
        while self.by_key.len() > self.bounds.logs || self.moments > self.bounds.moments {
            self.forget_some();
        }
    }

    /// Forgets an eighth of them: those that counted the least, and of these
    /// those that counted it the longest ago. Who is about to be limited is
    /// remembered.
    fn forget_some(&mut self) {
        let all = self.by_key.iter();
        let mut all: Vec<_> = all.map(|(_, log)| (log.len(), log.last())).collect();
        let forgotten = (all.len() / 8).min(all.len().saturating_sub(1));
        let (_, most, _) = all.select_nth_unstable(forgotten);
        let most = *most;
        self.by_key.retain(|_, log| (log.len(), log.last()) > most);
        self.count_moments();
    }

    fn count_moments(&mut self) {
        self.moments = self.by_key.values().map(SlidingLog::len).sum();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::time::Duration;

    use chrono::{DateTime, TimeDelta};
    use sesame_domain::time::ManualClock;

    use super::*;

    const MINUTE: Rate = Rate::new(3, Duration::from_mins(1));

    fn rates(bounds: Bounds) -> (Arc<ManualClock>, MemoryRates) {
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        (clock.clone(), MemoryRates::within(clock, bounds))
    }

    async fn ask(rates: &MemoryRates, subject: impl Into<String>) -> bool {
        let asked = [(RateKey::new("t", subject), MINUTE)];
        rates.take(&asked).await.unwrap().allowed
    }

    fn sizes(rates: &MemoryRates) -> (usize, usize) {
        let logs = rates.logs.lock().unwrap();
        (logs.by_key.len(), logs.moments)
    }

    #[tokio::test]
    async fn someone_with_many_addresses_fills_no_memory_and_frees_no_one() {
        let bounds = Bounds {
            logs: 1_000,
            moments: 2_000,
        };
        let (clock, rates) = rates(bounds);
        for _ in 0..3 {
            assert!(ask(&rates, "hostile").await);
        }
        for address in 0..20_000 {
            clock.advance(TimeDelta::milliseconds(1));
            assert!(ask(&rates, format!("address {address}")).await);
            let (logs, moments) = sizes(&rates);
            assert!(logs <= 1_000 && moments <= 2_000, "{logs} {moments}");
        }
        assert!(!ask(&rates, "hostile").await);
    }

    #[tokio::test]
    async fn what_counts_no_more_is_forgotten() {
        let (clock, rates) = rates(BOUNDS);
        for address in 0..SWEPT_FROM {
            ask(&rates, format!("address {address}")).await;
        }
        clock.advance(TimeDelta::minutes(1));
        for address in 0..SWEPT_FROM {
            ask(&rates, format!("other {address}")).await;
        }
        let (logs, moments) = sizes(&rates);
        assert!(
            logs <= SWEPT_FROM + 1 && moments <= SWEPT_FROM + 1,
            "{logs} {moments}"
        );
    }

    #[tokio::test]
    async fn many_who_count_the_most_stay_within_bounds_too() {
        let bounds = Bounds {
            logs: 1_000,
            moments: 100,
        };
        let (_, rates) = rates(bounds);
        for address in 0..100 {
            for _ in 0..3 {
                ask(&rates, format!("address {address}")).await;
            }
        }
        let (_, moments) = sizes(&rates);
        assert!(moments <= 100, "{moments}");
    }
}
