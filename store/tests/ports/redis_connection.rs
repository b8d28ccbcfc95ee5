//! Redis that goes away, comes back, is not there, or does not answer.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_redis::redis::{Client, cmd};
use futures::{FutureExt, StreamExt};
use rstest::rstest;
use secrecy::SecretString;
use sesame_domain::ids::{NodeId, TenantId};
use sesame_domain::ports::{LeaseKey, Rate, RateKey, StoreError, Topic};
use sesame_domain::time::SystemClock;
use sesame_store::{Coordination, CoordinationError, CoordinationSettings, RedisRefusal};
use sesame_test_doubles::SpawningSupervisor;
use sesame_test_support::redis::Redis;
use tokio::time::timeout;

use crate::coordinator::{LIMIT, eventually, settings};
use crate::make::node;

const LONG: Duration = Duration::from_mins(1);

pub(crate) async fn connect(
    settings: &CoordinationSettings,
) -> Result<Coordination, CoordinationError> {
    Coordination::connect(
        settings,
        Arc::new(SystemClock),
        &SpawningSupervisor::default(),
    )
    .await
}

pub(crate) async fn ask(redis: &Redis, words: &[&str]) -> String {
    let client = Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let (command, arguments) = words.split_first().unwrap();
    let answer: deadpool_redis::redis::Value = cmd(command)
        .arg(arguments)
        .query_async(&mut connection)
        .await
        .unwrap();
    format!("{answer:?}")
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_and_leases_come_back_with_redis() {
    let mut redis = Redis::start().await.unwrap();
    let settings = settings(&redis.url());
    let one = connect(&settings).await.unwrap();
    let two = connect(&settings).await.unwrap();
    let mut before = one.signals().subscribe(Topic::Outbox).await.unwrap();
    let key = LeaseKey::Node(node());
    let lease = one
        .leases()
        .acquire(key.clone(), &node(), LONG)
        .await
        .unwrap()
        .unwrap();

    redis.kill().await.unwrap();
    let away = two.signals().publish(Topic::Outbox).await;
    assert!(matches!(away, Err(StoreError::Unavailable(_))));
    let refused = one.prove().await.unwrap_err();
    assert_eq!(refused.refusal, RedisRefusal::Unreachable, "{refused}");
    let renewed = one.leases().renew(&lease, LONG).await;
    assert!(matches!(renewed, Err(StoreError::Unavailable(_))));
    let mut meanwhile = one.signals().subscribe(Topic::Leaving).await.unwrap();

    redis.start_again().await.unwrap();
    // Woken by the connection itself: there may have been news.
    for listener in [&mut before, &mut meanwhile] {
        timeout(LIMIT, listener.next()).await.unwrap().unwrap();
    }
    for (topic, listener) in [
        (Topic::Outbox, &mut before),
        (Topic::Leaving, &mut meanwhile),
    ] {
        two.signals().publish(topic).await.unwrap();
        timeout(LIMIT, listener.next()).await.unwrap().unwrap();
    }
    // Redis forgot the lease: it is lost, and free.
    assert!(!one.leases().renew(&lease, LONG).await.unwrap());
    let next = two.leases().acquire(key, &node(), LONG).await;
    assert!(next.unwrap().is_some());
    one.prove().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_listens_over_one_connection_and_only_to_what_it_must() {
    let redis = Redis::start().await.unwrap();
    let settings = settings(&redis.url());
    let node = connect(&settings).await.unwrap();
    let outbox = node.signals().subscribe(Topic::Outbox).await.unwrap();
    let again = node.signals().subscribe(Topic::Outbox).await.unwrap();
    let leaving = node.signals().subscribe(Topic::Leaving).await.unwrap();
    let clients = ask(&redis, &["CLIENT", "LIST", "TYPE", "pubsub"]).await;
    assert_eq!(clients.matches("sub=2").count(), 1, "{clients}");

    drop((outbox, leaving));
    eventually(|| async {
        let clients = ask(&redis, &["CLIENT", "LIST", "TYPE", "pubsub"]).await;
        clients.contains("sub=1").then_some(())
    })
    .await;
    drop(again);
    eventually(|| async {
        let channels = ask(&redis, &["PUBSUB", "CHANNELS"]).await;
        (!channels.contains("outbox")).then_some(())
    })
    .await;

    node.close().await;
    eventually(|| async {
        let clients = ask(&redis, &["CLIENT", "LIST"]).await;
        (clients.matches("laddr=").count() == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn keys_have_the_prefix_and_an_end() {
    let redis = Redis::start().await.unwrap();
    let settings = settings(&redis.url());
    let leases = connect(&settings).await.unwrap().leases();
    let short = Duration::from_millis(500);
    let holder = node();
    let lease = leases
        .acquire(LeaseKey::Node(holder.clone()), &holder, short)
        .await
        .unwrap();
    assert!(leases.renew(&lease.unwrap(), LONG).await.unwrap());
    let key = format!("{}lease:node:{holder}", settings.prefix);
    let ttl = ask(&redis, &["PTTL", &key]).await;
    let ttl: i64 = ttl
        .trim_matches(|c: char| !c.is_ascii_digit())
        .parse()
        .unwrap();
    assert!((30_000..=60_000).contains(&ttl), "{ttl}");
    // Beside it, since when Redis knows who has leases; it ends as well.
    assert_eq!(ask(&redis, &["DBSIZE"]).await, "int(2)");
    let epoch = format!("{}lease-epoch:all", settings.prefix);
    assert!(!ask(&redis, &["PTTL", &epoch]).await.contains('-'));
}

#[tokio::test]
async fn a_redis_that_does_not_answer_is_unavailable_in_time() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("redis://{}/", silent.local_addr().unwrap());
    let mut settings = settings(&url);
    settings.timeout = Duration::from_millis(100);
    let begun = Instant::now();
    let refused = connect(&settings).await;
    assert!(matches!(
        refused,
        Err(CoordinationError::Refused(it)) if it.refusal == RedisRefusal::Silent
    ));
    assert!(begun.elapsed() < LIMIT);
}

#[rstest]
#[case("http://localhost/")]
#[case("localhost")]
#[tokio::test]
async fn a_url_of_another_kind_is_refused(#[case] url: &str) {
    let refused = connect(&CoordinationSettings::redis(SecretString::from(url))).await;
    assert!(matches!(refused, Err(CoordinationError::Url)));
}

#[tokio::test]
async fn the_password_is_not_shown() {
    let settings = settings("redis://ann:hunter2@127.0.0.1:1/");
    let error = connect(&settings).await.unwrap_err();
    assert!(!format!("{error:?} {settings:?}").contains("hunter2"));
}

/// Two instances over one Redis do not meet.
#[tokio::test(flavor = "multi_thread")]
async fn instances_that_share_a_redis_do_not_meet() {
    let redis = Redis::start().await.unwrap();
    let both = ["one", "two"].map(|name| settings(&redis.url()).of_instance(name));
    let [one, two] = [
        connect(&both[0]).await.unwrap(),
        connect(&both[1]).await.unwrap(),
    ];
    let mut held = Vec::new();
    for instance in [&one, &two] {
        let leases = instance.leases();
        let same = LeaseKey::Node(NodeId::from("same".to_owned()));
        held.push(leases.acquire(same, &node(), LIMIT).await.unwrap().unwrap());
        let asks = [(RateKey::new("pages", "::1"), Rate::new(1, LIMIT))];
        assert!(instance.rate_limits().take(&asks).await.unwrap().allowed);
    }
    let mut heard = one.signals().subscribe(Topic::Outbox).await.unwrap();
    let mut own = one.signals().subscribe(Topic::Jobs).await.unwrap();
    two.signals().publish(Topic::Outbox).await.unwrap();
    one.signals().publish(Topic::Jobs).await.unwrap();
    timeout(LIMIT, own.next()).await.unwrap().unwrap();
    // Redis delivers in order: what was published before was for others.
    assert!(heard.next().now_or_never().is_none());
    one.close().await;
    two.close().await;
}

/// A tenant's notices and sessions are no business of another's nodes; jobs may
/// be anyone's.
#[tokio::test(flavor = "multi_thread")]
async fn tenants_that_share_a_redis_wake_each_other_for_jobs_alone() {
    let redis = Redis::start().await.unwrap();
    let shared = settings(&redis.url());
    let of = |tenant: &str| shared.clone().of_tenant(&tenant.parse().unwrap());
    let main = connect(&of("main")).await.unwrap();
    let again = connect(&of("main")).await.unwrap();
    let other = connect(&of("other")).await.unwrap();
    for topic in [Topic::Outbox, Topic::Leaving] {
        let mut own = again.signals().subscribe(topic).await.unwrap();
        let mut others = other.signals().subscribe(topic).await.unwrap();
        let mut jobs = other.signals().subscribe(Topic::Jobs).await.unwrap();
        main.signals().publish(topic).await.unwrap();
        main.signals().publish(Topic::Jobs).await.unwrap();
        timeout(LIMIT, own.next()).await.unwrap().unwrap();
        timeout(LIMIT, jobs.next()).await.unwrap().unwrap();
        // Redis delivers in order: what was published before was for others.
        assert!(others.next().now_or_never().is_none());
    }
    for node in [main, again, other] {
        node.close().await;
    }
}

/// A process may work for several tenants over one connection.
#[tokio::test(flavor = "multi_thread")]
async fn tenants_of_one_process_wake_each_other_no_more_than_those_of_several() {
    let redis = Redis::start().await.unwrap();
    let (main, other): (TenantId, TenantId) = ("main".parse().unwrap(), "other".parse().unwrap());
    let memory = Coordination::in_memory(Arc::new(SystemClock)).of_tenant(&main);
    let shared = settings(&redis.url()).of_tenant(&main);
    for mains in [connect(&shared).await.unwrap(), memory] {
        let others = mains.of_tenant(&other);
        let mut own = mains.signals().subscribe(Topic::Outbox).await.unwrap();
        let mut theirs = others.signals().subscribe(Topic::Outbox).await.unwrap();
        let mut jobs = others.signals().subscribe(Topic::Jobs).await.unwrap();
        mains.signals().publish(Topic::Outbox).await.unwrap();
        mains.signals().publish(Topic::Jobs).await.unwrap();
        timeout(LIMIT, own.next()).await.unwrap().unwrap();
        timeout(LIMIT, jobs.next()).await.unwrap().unwrap();
        assert!(theirs.next().now_or_never().is_none());
        others.signals().publish(Topic::Outbox).await.unwrap();
        timeout(LIMIT, theirs.next()).await.unwrap().unwrap();
        // One that is let go leaves the others their connection.
        drop((others, theirs, jobs));
        mains.signals().publish(Topic::Outbox).await.unwrap();
        timeout(LIMIT, own.next()).await.unwrap().unwrap();
        mains.close().await;
    }
}
