//! What the coordination suite runs over.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use deadpool_redis::redis::{Client, cmd};
use secrecy::SecretString;
use sesame_domain::time::ManualClock;
use sesame_store::{Coordination, CoordinationSettings};
use sesame_test_doubles::SpawningSupervisor;
use sesame_test_support::redis::Redis;

use crate::make::at;

/// Long enough for anything that will happen.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

static PREFIXES: AtomicU32 = AtomicU32::new(0);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coordinator {
    Memory,
    Redis,
}

/// Two nodes that coordinate.
pub(crate) struct Nodes {
    pub(crate) one: Coordination,
    pub(crate) two: Coordination,
    clock: Arc<ManualClock>,
    _redis: Option<Redis>,
}

impl Coordinator {
    pub(crate) async fn nodes(self) -> Nodes {
        let clock = Arc::new(ManualClock::new(at(0)));
        let supervisor = SpawningSupervisor::default();
        if self == Self::Memory {
            let settings = CoordinationSettings::memory();
            let one = Coordination::connect(&settings, clock.clone(), &supervisor)
                .await
                .unwrap();
            return Nodes {
                two: one.clone(),
                one,
                clock,
                _redis: None,
            };
        }
        let (url, redis) = if let Some(url) = Redis::shared_url() {
            (url, None)
        } else {
            let redis = Redis::start().await.unwrap();
            (redis.url(), Some(redis))
        };
        let settings = settings(&url);
        let one = Coordination::connect(&settings, clock.clone(), &supervisor)
            .await
            .unwrap();
        grants_at_once(&settings, &url).await;
        Nodes {
            one,
            two: Coordination::connect(&settings, clock.clone(), &supervisor)
                .await
                .unwrap(),
            clock,
            _redis: redis,
        }
    }
}

impl Nodes {
    /// The clock of both.
    pub(crate) fn clock(&self) -> Arc<ManualClock> {
        self.clock.clone()
    }

    /// Sets the wall clock.
    pub(crate) fn set_wall(&self, by: TimeDelta) {
        self.clock.set_wall(by);
    }

    /// Lets the time of memory go on; Redis has its own.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(TimeDelta::from_std(time).unwrap());
    }
}

/// As if Redis had known of leases for long enough: else none is granted before
/// the longest has passed.
async fn grants_at_once(settings: &CoordinationSettings, url: &str) {
    let client = Client::open(url).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let epoch = format!("{}lease-epoch:all", settings.prefix);
    let longest = settings.longest_lease.as_millis().to_string();
    cmd("SET")
        .arg(&[&epoch, "0", "PX", &longest])
        .query_async::<()>(&mut connection)
        .await
        .unwrap();
}

/// Settings with names that no other test has, for leases that outlast it.
pub(crate) fn settings(url: &str) -> CoordinationSettings {
    let mut settings = CoordinationSettings::redis(SecretString::from(url));
    let count = PREFIXES.fetch_add(1, Ordering::Relaxed);
    settings.prefix = format!("test:{}:{count}:", std::process::id());
    settings.longest_lease = Duration::from_mins(10);
    settings
}

/// Tries until there is an answer.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(attempt: impl Fn() -> F) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(answer) = attempt().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "it never happened");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
