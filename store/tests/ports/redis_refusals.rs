//! Redis that answers and cannot do what it is needed for: what is said of it.

use std::net::TcpListener;
use std::sync::Arc;

use futures::StreamExt;
use rstest::rstest;
use secrecy::SecretString;
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::ports::{LeaseKey, Topic};
use sesame_domain::reason::Reason;
use sesame_domain::time::SystemClock;
use sesame_store::{
    Coordination, CoordinationError, CoordinationSettings, RedisRefusal, RedisRefused,
};
use sesame_test_doubles::SpawningSupervisor;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::{RIGHTS, Redis};
use tokio::time::timeout;

use crate::coordinator::{LIMIT, eventually};
use crate::make::node;

async fn connect(url: &str) -> Result<Coordination, CoordinationError> {
    let settings = CoordinationSettings::redis(SecretString::from(url));
    Coordination::connect(
        &settings,
        Arc::new(SystemClock),
        &SpawningSupervisor::default(),
    )
    .await
}

/// Why it cannot be begun with.
async fn refused(url: &str) -> RedisRefused {
    let error = connect(url).await.unwrap_err();
    assert!(
        !format!("{error:?} {error}").contains("hunter2"),
        "{error:?}"
    );
    match error {
        CoordinationError::Refused(refused) => refused,
        CoordinationError::Url => panic!("{error:?}"),
    }
}

async fn redis_with_user(rights: &str) -> (Redis, String) {
    let redis = Redis::start().await.unwrap();
    redis.set_user(rights).await.unwrap();
    let url = format!("redis://ann:hunter2@127.0.0.1:{}/", redis.port());
    (redis, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rights_in_the_documentation_are_enough_and_documented() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/OPERATIONS.md");
    let document = std::fs::read_to_string(document).unwrap();
    let documented = RIGHTS.replace("hunter2", "PASSWORD");
    assert!(document.contains(&documented), "{documented}");

    let (_redis, url) = redis_with_user(RIGHTS).await;
    let coordination = connect(&url).await.unwrap();
    coordination.prove().await.unwrap();
    let leases = coordination.leases();
    let key = LeaseKey::Node(node());
    let lease = leases
        .acquire(key, &node(), Heartbeat::TTL)
        .await
        .unwrap()
        .unwrap();
    assert!(leases.renew(&lease, Heartbeat::TTL).await.unwrap());
    leases.release(&lease).await.unwrap();
    let signals = coordination.signals();
    let mut listener = signals.subscribe(Topic::Outbox).await.unwrap();
    signals.publish(Topic::Outbox).await.unwrap();
    timeout(LIMIT, listener.next()).await.unwrap().unwrap();
    coordination.close().await;
}

/// Each right by itself, and whatever is left out is named.
#[rstest]
#[case("~sesame:*")]
#[case("&sesame:*")]
#[case("+set")]
#[case("+get")]
#[case("+pexpire")]
#[case("+del")]
#[case("+evalsha")]
#[case("+script|load")]
#[case("+time")]
#[case("+lindex")]
#[case("+llen")]
#[case("+lpop")]
#[case("+rpop")]
#[case("+rpush")]
#[case("+publish")]
#[case("+subscribe")]
#[tokio::test]
async fn a_right_that_is_missing_is_named(#[case] right: &str) {
    let rights: Vec<_> = RIGHTS
        .split_whitespace()
        .filter(|it| *it != right)
        .collect();
    let (_redis, url) = redis_with_user(&rights.join(" ")).await;
    let refused = refused(&url).await;
    assert_eq!(refused.refusal, RedisRefusal::NoRight, "{refused}");
    let missing = refused.missing_rights().unwrap();
    assert!(missing.split(' ').any(|it| it == right), "{missing}");
    assert!(refused.to_string().contains(&missing), "{refused}");
}

/// Words that make a running Redis refuse, as administrators and accidents do.
#[rstest]
#[case("REPLICAOF 127.0.0.1 1", RedisRefusal::ReadOnly)]
#[case("CONFIG SET maxmemory 1", RedisRefusal::Full)]
#[case("CONFIG SET min-replicas-to-write 1", RedisRefusal::TooFewReplicas)]
#[case("CONFIG SET requirepass hunter2", RedisRefusal::PasswordRequired)]
#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_refuses_is_told_at_the_start_and_while_it_runs(
    #[case] words: &str,
    #[case] refusal: RedisRefusal,
) {
    let redis = Redis::start().await.unwrap();
    let url = redis.url();
    let running = connect(&url).await.unwrap();
    running.prove().await.unwrap();
    let words: Vec<_> = words.split(' ').collect();
    redis.execute(&words).await.unwrap();
    if refusal != RedisRefusal::PasswordRequired {
        // Connections that are in already stay in.
        assert_eq!(running.prove().await.unwrap_err().refusal, refusal);
    }
    assert_eq!(refused(&url).await.refusal, refusal);
    running.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_cannot_save_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let protected = ["--enable-protected-configs", "local"];
    let redis = Redis::start_with(&protected).await.unwrap();
    let path = folder.path().display().to_string();
    redis
        .execute(&["CONFIG", "SET", "dir", &path])
        .await
        .unwrap();
    redis
        .execute(&["CONFIG", "SET", "save", "3600 1"])
        .await
        .unwrap();
    drop(folder);
    redis.execute(&["BGSAVE"]).await.unwrap();
    let url = redis.url();
    eventually(|| async {
        match connect(&url).await {
            Err(CoordinationError::Refused(refused)) => {
                assert_eq!(refused.refusal, RedisRefusal::NotSaved, "{refused}");
                Some(())
            }
            _ => None,
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_still_reads_its_data_is_waited_for() {
    // A tenth of a millisecond a key, and a look at who asks in between.
    let slow = [
        "--key-load-delay",
        "100",
        "--loading-process-events-interval-bytes",
        "1024",
    ];
    let mut settings = vec!["--enable-debug-command", "local", "--save", ""];
    settings.extend(slow);
    let redis = Redis::start_with(&settings).await.unwrap();
    redis.execute(&["DEBUG", "POPULATE", "8000"]).await.unwrap();
    let url = redis.url();
    let reload = redis.execute(&["DEBUG", "RELOAD"]);
    let (reloaded, connected) = tokio::join!(reload, connect(&url));
    reloaded.unwrap();
    connected.unwrap().close().await;
}

#[rstest]
#[case("redis://ann:hunter2@127.0.0.1:PORT/", RedisRefusal::Credentials)]
#[case("redis://:hunter2@127.0.0.1:PORT/", RedisRefusal::Credentials)]
#[case("redis://127.0.0.1:PORT/99", RedisRefusal::NoSuchDatabase)]
#[case("redis://:hunter2@no.such.host.invalid/", RedisRefusal::NoSuchHost)]
#[case("redis://:hunter2@127.0.0.1:1/", RedisRefusal::Unreachable)]
#[case("rediss://:hunter2@127.0.0.1:PORT/", RedisRefusal::Tls)]
#[tokio::test]
async fn an_address_that_is_wrong_is_told_by_what_is_wrong(
    #[case] url: &str,
    #[case] refusal: RedisRefusal,
) {
    let redis = Redis::start().await.unwrap();
    let url = url.replace("PORT", &redis.port().to_string());
    let refused = refused(&url).await;
    assert_eq!(refused.refusal, refusal, "{refused}");
}

#[tokio::test]
async fn what_is_not_redis_is_called_so() {
    let server = Postgres::shared().await.unwrap();
    let port = server.url().rsplit_once(':').unwrap().1;
    let port = port.split_once('/').unwrap().0;
    let refused = refused(&format!("redis://:hunter2@127.0.0.1:{port}/")).await;
    assert_eq!(refused.refusal, RedisRefusal::NotRedis, "{refused}");
}

#[tokio::test]
async fn an_ipv6_address_in_brackets_is_an_address() {
    if TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let redis = Redis::start().await.unwrap();
    let url = format!("redis://[::1]:{}/", redis.port());
    connect(&url).await.unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_told_plainly() {
    // Half of the slots are another server's.
    let cluster = [
        "--cluster-enabled",
        "yes",
        "--cluster-require-full-coverage",
        "no",
    ];
    let redis = Redis::start_with(&cluster).await.unwrap();
    redis
        .execute(&["CLUSTER", "ADDSLOTSRANGE", "0", "8191"])
        .await
        .unwrap();
    let url = redis.url();
    let refused = eventually(|| async {
        match connect(&url).await {
            Err(CoordinationError::Refused(refused)) => Some(refused),
            _ => None,
        }
    })
    .await;
    assert_eq!(refused.refusal, RedisRefusal::Cluster, "{refused}");
}

/// Redis ends the connections of a user that lost the right to its channels.
#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_lost_its_right_is_told_and_comes_back_with_it() {
    let (redis, url) = redis_with_user(RIGHTS).await;
    let coordination = connect(&url).await.unwrap();
    let signals = coordination.signals();
    let mut listener = signals.subscribe(Topic::Outbox).await.unwrap();

    redis
        .set_user(&RIGHTS.replace(" &sesame:*", ""))
        .await
        .unwrap();
    let refused = eventually(|| async {
        let refused = coordination.prove().await.err();
        // At first, all that is known is that the connection is gone.
        refused.filter(|it| it.refusal == RedisRefusal::NoRight)
    })
    .await;
    assert!(refused.missing_rights().unwrap().contains("&sesame:*"));
    let error = signals.publish(Topic::Outbox).await.unwrap_err();
    let why = Reason::of(&error).to_string();
    assert!(why.contains("NOPERM") && why.contains("&sesame:*"), "{why}");

    redis.set_user(RIGHTS).await.unwrap();
    eventually(|| async { coordination.prove().await.ok() }).await;
    // Woken once by the connection itself: there may have been news.
    timeout(LIMIT, listener.next()).await.unwrap().unwrap();
    signals.publish(Topic::Outbox).await.unwrap();
    timeout(LIMIT, listener.next()).await.unwrap().unwrap();
    coordination.close().await;
}

#[tokio::test]
async fn a_proof_leaves_nothing_behind() {
    let redis = Redis::start().await.unwrap();
    let coordination = connect(&redis.url()).await.unwrap();
    for _ in 0..3 {
        coordination.prove().await.unwrap();
    }
    let dump = redis.dump().await.unwrap();
    let dump = std::fs::read(dump).unwrap();
    assert!(!dump.windows(5).any(|it| it == b"proof"));
    coordination.close().await;
}
