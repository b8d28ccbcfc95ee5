//! Rate limits of all nodes together, and of each by itself while Redis is away.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sesame_domain::ports::{Rate, RateKey, RateLimits, StoreError, Verdict};
use sesame_domain::reason::Reason;
use sesame_domain::time::Clock;
use tokio::time::{Instant, timeout};

use super::memory::MemoryRates;
use super::redis::RedisRates;
use crate::coordination::refusal::{RedisRefusal, RedisRefused, RedisStep};

/// How long a request may wait to hear whether it is allowed.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long after a failure Redis is asked again, by one request.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Rate limits of all nodes together. Without Redis, each node limits what
/// reaches it: never nothing, and never everything.
pub(crate) struct SharedRates {
    redis: RedisRates,
    own: MemoryRates,
    away: Mutex<Option<Away>>,
}

/// Redis does not count.
struct Away {
    why: (RedisRefusal, RedisStep),
    ask_again: Instant,
}

impl SharedRates {
    /// Over Redis; the clock is for what is counted without it.
    pub(crate) fn new(redis: RedisRates, clock: Arc<dyn Clock>) -> Self {
        Self {
            redis,
            own: MemoryRates::new(clock),
            away: Mutex::default(),
        }
    }

    /// Whether to ask Redis. While it is away, one does now and then.
    fn asks_redis(&self) -> bool {
        let now = Instant::now();
        match &mut *self.away() {
            None => true,
            Some(away) if away.ask_again <= now => {
                away.ask_again = now + ASK_AGAIN;
                true
            }
            Some(_) => false,
        }
    }

    fn is_back(&self) {
        if self.away().take().is_some() {
            tracing::info!("redis counts again what is limited");
        }
    }

    fn is_away(&self, refused: &RedisRefused) {
        let why = (refused.refusal, refused.step);
        let known = self.away().replace(Away {
            why,
            ask_again: Instant::now() + ASK_AGAIN,
        });
        // Once for each reason.
        if known.is_none_or(|known| known.why != why) {
            tracing::warn!(
                error = %Reason::of(refused),
                "redis does not count what is limited: until it does, each node limits by itself"
            );
        }
    }

    fn away(&self) -> MutexGuard<'_, Option<Away>> {
        self.away.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RateLimits for SharedRates {
    async fn take(&self, asks: &[(RateKey, Rate)]) -> Result<Verdict, StoreError> {
        if !self.asks_redis() {
            return self.own.take(asks).await;
        }
        let silent = |_| {
            let silent = RedisRefusal::Silent;
            Err(RedisRefused::silently(silent, RedisStep::Count))
        };
        let taken = timeout(PATIENCE, self.redis.take(asks)).await;
        match taken.unwrap_or_else(silent) {
            Ok(verdict) => {
                self.is_back();
                Ok(verdict)
            }
            Err(refused) => {
                self.is_away(&refused);
                self.own.take(asks).await
            }
        }
    }
}
