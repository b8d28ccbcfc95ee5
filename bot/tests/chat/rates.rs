//! Counts, in memory and by the test's clock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sesame_domain::ports::{Rate, RateKey, RateLimits, StoreError, Verdict};
use sesame_domain::sliding_log::SlidingLog;
use sesame_domain::time::Clock;

pub(crate) struct Counts {
    clock: Arc<dyn Clock>,
    logs: Mutex<HashMap<String, SlidingLog>>,
}

impl Counts {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            logs: Mutex::default(),
        }
    }
}

#[async_trait]
impl RateLimits for Counts {
    /// Of one rule, as the bot asks.
    async fn take(&self, asks: &[(RateKey, Rate)]) -> Result<Verdict, StoreError> {
        let [(key, rate)] = asks else {
            panic!("{asks:?}")
        };
        let now = self.clock.now();
        let mut logs = self.logs.lock().unwrap();
        let log = logs.entry(key.as_text()).or_default();
        let wait = log.wait(*rate, now);
        if wait == 0 {
            log.count(now);
        }
        Ok(Verdict::of([(*rate, log.counted(*rate, wait, now))]))
    }
}
