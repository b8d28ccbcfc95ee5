//! What a thousand attempts leave behind.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use rstest::rstest;
use sesame_domain::login::Ending;
use sesame_domain::ports::{LeaseKey, Logins as _, Rate, RateKey};
use sesame_domain::time::SystemClock;
use sesame_store::{Coordination, Database};
use sesame_test_doubles::SpawningSupervisor;
use sesame_test_support::redis::Redis;

use crate::backend::Backend;
use crate::coordinator::{eventually, settings};
use crate::make::{Starts as _, at, login, node, over, owner, saved, tenant};
use crate::redis_connection::ask;

const ATTEMPTS: i64 = 1_000;
/// How long a lease and a count may outlast whoever left them.
const SHORT: Duration = Duration::from_secs(3);

/// Begins a login, drives it under a lease and ends it; one in ten dies before
/// it gives the lease back.
async fn attempt(db: &Database, coordination: &Coordination, number: i64) {
    let asks = [
        (RateKey::of("logins", &owner(number)), Rate::new(5, SHORT)),
        (RateKey::new("tenant", "main"), Rate::new(10_000, SHORT)),
    ];
    let verdict = coordination.rate_limits().take(&asks).await.unwrap();
    assert!(verdict.allowed);
    let (logins, node) = (db.logins(), node());
    let begun = login(&owner(number), 0);
    assert_eq!(logins.start(&begun).await.unwrap(), None);
    let leases = coordination.leases();
    let key = LeaseKey::Login(begun.id);
    // At first Redis grants none: it was empty.
    let acquire = || async { leases.acquire(key.clone(), &node, SHORT).await.unwrap() };
    let lease = eventually(acquire).await;
    let claimed = logins.claim(begun.id, &node).await.unwrap();
    assert!(leases.renew(&lease, SHORT).await.unwrap());
    let ended = over(claimed.login, Ending::Cancelled, 1);
    logins.save(saved(&ended, claimed.fence)).await.unwrap();
    if number % 10 != 0 {
        leases.release(&lease).await.unwrap();
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_attempts_leave_no_lease_no_count_and_no_row(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let redis = Redis::start().await.unwrap();
    let clock = Arc::new(SystemClock);
    let mut settings = settings(&redis.url());
    settings.longest_lease = SHORT;
    let coordination = Coordination::connect(&settings, clock, &SpawningSupervisor::default())
        .await
        .unwrap();
    stream::iter(0..ATTEMPTS)
        .for_each_concurrent(16, |number| attempt(&store.db, &coordination, number))
        .await;
    // What is there ends by itself.
    eventually(|| async { (ask(&redis, &["DBSIZE"]).await == "int(0)").then_some(()) }).await;
    let logins = store.db.logins();
    let waiting = logins
        .unattended(&tenant(), at(1_000_000), 10)
        .await
        .unwrap();
    assert_eq!(waiting, []);
    let pruned = logins.prune(at(2)).await.unwrap();
    assert_eq!(i64::try_from(pruned).unwrap(), ATTEMPTS);
    coordination.close().await;
}
