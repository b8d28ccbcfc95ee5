//! Leases, wake-ups and rate limits, wherever they are.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sesame_domain::ids::{NodeId, TenantId};
use sesame_domain::ports::{Leases, RateLimits, Signals, Supervisor};
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::Clock;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::channels::TenantSignals;
use super::counted_leases::CountedLeases;
use super::leases::{MemoryLeases, RedisLeases, fresh_token};
use super::memory_signals::MemorySignals;
use super::rates::{MemoryRates, RedisRates, SharedRates};
use super::redis_pool::RedisPool;
use super::redis_signals::RedisSignals;
use super::refusal::RedisRefused;
use super::settings::{CoordinationError, CoordinationSettings};

/// How long a start waits for Redis to read its data.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it looks meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// What is done with Redis.
#[derive(Clone)]
struct Redis {
    pool: RedisPool,
    leases: Arc<RedisLeases>,
    signals: Arc<RedisSignals>,
    rates: RedisRates,
    /// No one else's proofs have it.
    name: NodeId,
}

impl Redis {
    async fn prove(&self) -> Result<(), RedisRefused> {
        let name = fresh_token(&self.name);
        self.leases.prove(&name).await?;
        self.rates.prove(&name).await?;
        self.signals.prove(&name).await
    }
}

/// Leases, wake-ups and rate limits, in memory or over Redis; clones share them.
#[derive(Clone)]
pub struct Coordination {
    leases: Arc<dyn Leases>,
    signals: Arc<dyn TenantSignals>,
    rates: Arc<dyn RateLimits>,
    redis: Option<Redis>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Coordination {
    /// Begins to coordinate. The clock says when leases in memory lapse, and
    /// what counts there; in Redis, Redis's own does. What listens to Redis is supervised, until
    /// [`Coordination::close`].
    ///
    /// # Errors
    /// When the URL is malformed or Redis does not answer in time.
    pub async fn connect(
        settings: &CoordinationSettings,
        clock: Arc<dyn Clock>,
        supervisor: &dyn Supervisor,
    ) -> Result<Self, CoordinationError> {
        let Some(url) = &settings.url else {
            return Ok(Self::in_this_process(settings.tenant.clone(), clock));
        };
        let pool = RedisPool::new(url, settings)?;
        let this = Self::over(pool, settings, clock, supervisor);
        match this.prove_patiently().await {
            Ok(()) => Ok(this),
            Err(refused) => {
                this.close().await;
                Err(refused.into())
            }
        }
    }

    /// Coordinates the tasks of this process alone.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Self {
        Self::in_this_process(None, clock)
    }

    fn in_this_process(tenant: Option<TenantId>, clock: Arc<dyn Clock>) -> Self {
        Self {
            leases: Arc::new(MemoryLeases::new(Arc::clone(&clock))),
            signals: Arc::new(MemorySignals::new(tenant)),
            rates: Arc::new(MemoryRates::new(clock)),
            redis: None,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    fn over(
        pool: RedisPool,
        settings: &CoordinationSettings,
        clock: Arc<dyn Clock>,
        supervisor: &dyn Supervisor,
    ) -> Self {
        let tasks = TaskTracker::new();
        let stop = CancellationToken::new();
        let tenant = settings.tenant.clone();
        let signals = RedisSignals::start(pool.clone(), tenant, supervisor, &tasks, stop.clone());
        let signals = Arc::new(signals);
        let leases = Arc::new(RedisLeases::new(pool.clone(), settings.longest_lease));
        let rates = RedisRates::new(pool.clone());
        Self {
            leases: leases.clone(),
            signals: signals.clone(),
            rates: Arc::new(SharedRates::new(rates.clone(), clock)),
            redis: Some(Redis {
                pool,
                leases,
                signals,
                rates,
                name: NodeId::generate(&SystemEntropy),
            }),
            tasks,
            stop,
        }
    }

    /// The leases.
    pub fn leases(&self) -> Arc<dyn Leases> {
        Arc::new(CountedLeases(Arc::clone(&self.leases)))
    }

    /// The wake-ups.
    pub fn signals(&self) -> Arc<dyn Signals> {
        self.signals.clone()
    }

    /// The same for another tenant that this process works for: what wakes the one
    /// leaves the other alone.
    #[must_use]
    pub fn of_tenant(&self, tenant: &TenantId) -> Self {
        Self {
            signals: self.signals.of_tenant(tenant),
            ..self.clone()
        }
    }

    /// The rate limits. While Redis is away, each node limits by itself.
    pub fn rate_limits(&self) -> Arc<dyn RateLimits> {
        Arc::clone(&self.rates)
    }

    /// Does with Redis all that it is needed for: takes, prolongs and gives
    /// back a lease, counts what is limited, listens to a channel and receives
    /// what it publishes there.
    /// Memory can always do it.
    ///
    /// # Errors
    /// When Redis cannot, or not in time.
    pub async fn prove(&self) -> Result<(), RedisRefused> {
        match &self.redis {
            Some(redis) => redis.prove().await,
            None => Ok(()),
        }
    }

    /// The same, for a start: waits while Redis reads its data.
    async fn prove_patiently(&self) -> Result<(), RedisRefused> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.prove().await {
                Err(refused) if refused.is_passing() && Instant::now() < until => {
                    sleep(LOOK_AGAIN).await;
                }
                Err(refused) => {
                    return Err(match &self.redis {
                        Some(redis) => redis.pool.explain(refused).await,
                        None => refused,
                    });
                }
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Stops listening and closes the connections.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        if let Some(redis) = &self.redis {
            redis.pool.close();
        }
    }
}

impl fmt::Debug for Coordination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coordination")
            .field("redis", &self.redis.as_ref().map(|redis| &redis.pool))
            .finish_non_exhaustive()
    }
}
