//! Counts, in memory and by the test's clock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sesame_domain::ports::{Counted, Rate, RateKey, RateLimits, StoreError, Verdict};
use sesame_domain::time::Clock;

pub struct Counts {
    clock: Arc<dyn Clock>,
    /// When each key was taken, in milliseconds.
    taken: Mutex<HashMap<String, Vec<i64>>>,
    /// Whether nothing can be said.
    pub down: Mutex<bool>,
}

impl Counts {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            taken: Mutex::default(),
            down: Mutex::default(),
        }
    }
}

fn millis(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap()
}

#[async_trait]
impl RateLimits for Counts {
    async fn take(&self, asks: &[(RateKey, Rate)]) -> Result<Verdict, StoreError> {
        if *self.down.lock().unwrap() {
            return Err(StoreError::unavailable(std::io::Error::other("down")));
        }
        let now = self.clock.now().timestamp_millis();
        let mut taken = self.taken.lock().unwrap();
        let mut allowed = true;
        for (key, rate) in asks {
            let times = taken.entry(key.as_text()).or_default();
            times.retain(|at| at + millis(rate.window) > now);
            allowed &= times.len() < rate.limit as usize;
        }
        let rules = asks.iter().map(|(key, rate)| {
            let times = taken.get_mut(&key.as_text()).unwrap();
            let is_full = times.len() >= rate.limit as usize;
            if allowed {
                times.push(now);
            }
            let oldest = times.first().map_or(0, |at| at + millis(rate.window) - now);
            let oldest = u64::try_from(oldest).unwrap();
            let counted = Counted {
                count: u32::try_from(times.len()).unwrap(),
                reset: oldest,
                wait: if is_full { oldest } else { 0 },
            };
            (*rate, counted)
        });
        Ok(Verdict::of(rules))
    }
}
