//! Rate limits.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::ports::{Rate, RateKey, RateLimits, Verdict};
use sesame_domain::time::SystemClock;
use sesame_store::{Coordination, CoordinationSettings};
use sesame_test_doubles::SpawningSupervisor;
use sesame_test_support::redis::Redis;
use tokio::time::{Instant, timeout};

use crate::coordinator::{Coordinator, LIMIT, eventually, settings};
use crate::make::owner;

const HOUR: Duration = Duration::from_hours(1);

fn key(scope: &'static str, person: i64) -> RateKey {
    RateKey::of(scope, &owner(person))
}

async fn take(rates: &Arc<dyn RateLimits>, asks: &[(RateKey, Rate)]) -> Verdict {
    timeout(LIMIT, rates.take(asks)).await.unwrap().unwrap()
}

/// How often it is allowed, of so many times.
async fn allowed(rates: &Arc<dyn RateLimits>, asks: &[(RateKey, Rate)], times: usize) -> usize {
    let taken = join_all((0..times).map(|_| take(rates, asks))).await;
    taken.iter().filter(|it| it.allowed).count()
}

#[rstest]
#[tokio::test]
async fn so_many_are_allowed_and_the_rest_is_told_how_long_to_wait(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let (one, two) = (nodes.one.rate_limits(), nodes.two.rate_limits());
    let asks = [(key("pages", 1), Rate::new(3, HOUR))];
    let first = take(&one, &asks).await;
    assert_eq!((first.limit, first.remaining), (3, 2));
    assert_eq!(first.window, HOUR);
    assert_eq!(first.reset, HOUR);
    // Nodes count together.
    assert_eq!(take(&two, &asks).await.remaining, 1);
    assert!(take(&one, &asks).await.allowed);
    for rates in [&one, &two] {
        let refused = take(rates, &asks).await;
        assert!(!refused.allowed);
        let wait = refused.retry_after.unwrap();
        assert!(wait <= HOUR && wait + LIMIT > HOUR, "{wait:?}");
        assert_eq!((refused.remaining, refused.reset), (0, wait));
    }
    // Others are others.
    assert!(take(&one, &[(key("pages", 2), asks[0].1)]).await.allowed);
    assert!(take(&one, &[(key("logins", 1), asks[0].1)]).await.allowed);
}

#[rstest]
#[tokio::test]
async fn one_more_is_allowed_once_the_oldest_is_past(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let rates = nodes.one.rate_limits();
    let window = Duration::from_millis(300);
    let asks = [(key("pages", 1), Rate::new(1, window))];
    assert!(take(&rates, &asks).await.allowed);
    assert!(!take(&rates, &asks).await.allowed);
    nodes.pass(window);
    eventually(|| async { take(&rates, &asks).await.allowed.then_some(()) }).await;
}

#[rstest]
#[tokio::test]
async fn what_one_rule_refuses_no_rule_counts(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let rates = nodes.one.rate_limits();
    let wide = (RateKey::new("tenant", "main"), Rate::new(3, HOUR));
    let both = |person| [(key("person", person), Rate::new(1, HOUR)), wide.clone()];
    assert!(take(&rates, &both(1)).await.allowed);
    for _ in 0..10 {
        let refused = take(&rates, &both(1)).await;
        assert_eq!((refused.allowed, refused.limit), (false, 1));
    }
    // One person's refusals cost the tenant nothing.
    assert_eq!(take(&rates, &both(2)).await.remaining, 0);
    assert_eq!(take(&rates, std::slice::from_ref(&wide)).await.remaining, 0);
    let refused = take(&rates, &both(3)).await;
    assert_eq!((refused.allowed, refused.limit), (false, 3));
}

/// Of many that ask at the same moment, exactly as many as may.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn at_the_same_moment_not_one_more_is_allowed(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let asks = [
        (key("pages", 1), Rate::new(30, HOUR)),
        (RateKey::new("address", "::1"), Rate::new(90, HOUR)),
    ];
    let tasks = (0..100).map(|number| {
        let node = if number % 2 == 0 {
            &nodes.one
        } else {
            &nodes.two
        };
        let (rates, asks) = (node.rate_limits(), asks.clone());
        tokio::spawn(async move { take(&rates, &asks).await.allowed })
    });
    let taken = join_all(tasks).await;
    let taken = taken.into_iter().filter(|it| *it.as_ref().unwrap());
    assert_eq!(taken.count(), 30);
}

/// A node of those that have these settings.
async fn node(settings: &CoordinationSettings) -> Coordination {
    let (clock, supervisor) = (Arc::new(SystemClock), SpawningSupervisor::default());
    Coordination::connect(settings, clock, &supervisor)
        .await
        .unwrap()
}

/// Neither everything nor nothing, and no one waits for it for long.
#[tokio::test(flavor = "multi_thread")]
async fn without_redis_each_node_limits_by_itself_and_with_it_all_do_again() {
    let mut redis = Redis::start().await.unwrap();
    let settings = settings(&redis.url());
    let (one, two) = (node(&settings).await, node(&settings).await);
    let (first, second) = (one.rate_limits(), two.rate_limits());
    let asks = |scope| [(key(scope, 1), Rate::new(5, HOUR))];
    assert_eq!(allowed(&first, &asks("there"), 10).await, 5);
    redis.kill().await.unwrap();
    assert_eq!(allowed(&first, &asks("away"), 10).await, 5);
    assert_eq!(allowed(&second, &asks("away"), 10).await, 5);
    // It is known by now.
    let began = Instant::now();
    assert_eq!(allowed(&first, &asks("later"), 1_000).await, 5);
    assert!(began.elapsed() < LIMIT);

    redis.start_again().await.unwrap();
    // Whatever one counts, the other sees again.
    let together = [(key("together", 1), Rate::new(1, Duration::from_millis(1)))];
    for rates in [&first, &second] {
        eventually(|| async {
            take(rates, &together).await;
            let asks = [(key("seen", 1), Rate::new(u32::MAX, HOUR))];
            let (here, there) = (take(&first, &asks).await, take(&second, &asks).await);
            (here.remaining == there.remaining + 1).then_some(())
        })
        .await;
    }
    one.close().await;
    two.close().await;
}

/// A Redis that was emptied, and one that forgot the script.
#[rstest]
#[case(&["FLUSHALL"])]
#[case(&["SCRIPT", "FLUSH"])]
#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_forgot_everything_counts_from_then_on(#[case] words: &[&str]) {
    let redis = Redis::start().await.unwrap();
    let settings = settings(&redis.url());
    let one = node(&settings).await;
    let rates = one.rate_limits();
    let asks = [(key("pages", 1), Rate::new(5, HOUR))];
    assert_eq!(allowed(&rates, &asks, 3).await, 3);
    redis.execute(words).await.unwrap();
    let kept = if words[0] == "SCRIPT" { 3 } else { 0 };
    assert_eq!(allowed(&rates, &asks, 10).await, 5 - kept);
    // Redis did, not the node by itself.
    let two = node(&settings).await;
    assert_eq!(allowed(&two.rate_limits(), &asks, 10).await, 0);
    one.close().await;
    two.close().await;
}
