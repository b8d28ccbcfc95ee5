//! Leases and wake-ups, wherever they are.

use std::fmt;
use std::sync::Arc;

use sesame_domain::ports::{Leases, Signals, StoreError};
use sesame_domain::time::Clock;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::memory_leases::MemoryLeases;
use super::memory_signals::MemorySignals;
use super::redis_leases::RedisLeases;
use super::redis_pool::RedisPool;
use super::redis_signals::RedisSignals;
use super::settings::{CoordinationError, CoordinationSettings};

/// Leases and wake-ups, in memory or over Redis; clones share them.
#[derive(Clone)]
pub struct Coordination {
    leases: Arc<dyn Leases>,
    signals: Arc<dyn Signals>,
    redis: Option<RedisPool>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Coordination {
    /// Begins to coordinate. The clock says when leases in memory lapse; in
    /// Redis, Redis's own does.
    ///
    /// # Errors
    /// When the URL is malformed or Redis does not answer in time.
    pub async fn connect(
        settings: &CoordinationSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CoordinationError> {
        let Some(url) = &settings.url else {
            return Ok(Self::in_memory(clock));
        };
        let redis = RedisPool::new(url, settings)?;
        redis.ping().await?;
        Ok(Self::over(redis))
    }

    fn in_memory(clock: Arc<dyn Clock>) -> Self {
        Self {
            leases: Arc::new(MemoryLeases::new(clock)),
            signals: Arc::new(MemorySignals::new()),
            redis: None,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    fn over(redis: RedisPool) -> Self {
        let tasks = TaskTracker::new();
        let stop = CancellationToken::new();
        let signals = RedisSignals::start(redis.clone(), &tasks, stop.clone());
        Self {
            leases: Arc::new(RedisLeases::new(redis.clone())),
            signals: Arc::new(signals),
            redis: Some(redis),
            tasks,
            stop,
        }
    }

    /// The leases.
    pub fn leases(&self) -> Arc<dyn Leases> {
        Arc::clone(&self.leases)
    }

    /// The wake-ups.
    pub fn signals(&self) -> Arc<dyn Signals> {
        Arc::clone(&self.signals)
    }

    /// Asks Redis whether it answers; memory always does.
    ///
    /// # Errors
    /// When it does not, in time.
    pub async fn ping(&self) -> Result<(), StoreError> {
        match &self.redis {
            Some(redis) => redis.ping().await,
            None => Ok(()),
        }
    }

    /// Stops listening and closes the connections.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        if let Some(redis) = &self.redis {
            redis.close();
        }
    }
}

impl fmt::Debug for Coordination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coordination")
            .field("redis", &self.redis)
            .finish_non_exhaustive()
    }
}
