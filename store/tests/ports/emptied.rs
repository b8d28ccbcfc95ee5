//! Redis that lost its keys while nodes work under leases, and clocks that were
//! set.

use std::path::Path;
use std::time::Duration;

use rstest::rstest;
use sesame_domain::ids::{LoginId, SessionId};
use sesame_domain::ports::{Lease, LeaseKey};
use sesame_store::{Coordination, CoordinationSettings};
use sesame_test_support::redis::Redis;
use uuid::Uuid;

use crate::coordinator::{eventually, settings};
use crate::make::node;
use crate::redis_connection::{ask, connect};

/// So long that nothing lapses in a test.
const LONG: Duration = Duration::from_mins(10);
/// So short that it can be waited for.
const SHORT: Duration = Duration::from_secs(1);

/// How Redis loses what it knows.
#[derive(Clone, Copy, Debug)]
enum Loss {
    Emptied,
    EmptiedOfScriptsToo,
    RestartedEmpty,
    /// With what it had a moment ago: the epoch, and not the lease.
    RestartedFromACopy,
}

/// Two nodes over a Redis.
struct Scene {
    redis: Redis,
    settings: CoordinationSettings,
    one: Coordination,
    two: Coordination,
}

impl Scene {
    async fn new(longest: Duration) -> Self {
        let redis = Redis::start().await.unwrap();
        let mut settings = settings(&redis.url());
        settings.longest_lease = longest;
        let one = connect(&settings).await.unwrap();
        let two = connect(&settings).await.unwrap();
        Self {
            redis,
            settings,
            one,
            two,
        }
    }

    /// Leases are granted from then on, in milliseconds of Redis's time.
    async fn opens(&self, moment: u64) {
        let key = format!("{}lease-epoch:all", self.settings.prefix);
        let longest = self.settings.longest_lease.as_millis().to_string();
        let moment = moment.to_string();
        ask(&self.redis, &["SET", &key, &moment, "PX", &longest]).await;
    }

    async fn lose(&mut self, loss: Loss, copy: &Path) {
        match loss {
            Loss::Emptied => {
                ask(&self.redis, &["FLUSHALL"]).await;
            }
            Loss::EmptiedOfScriptsToo => {
                ask(&self.redis, &["FLUSHALL"]).await;
                ask(&self.redis, &["SCRIPT", "FLUSH"]).await;
            }
            Loss::RestartedEmpty => self.redis.start_again().await.unwrap(),
            Loss::RestartedFromACopy => self.redis.start_from(copy).await.unwrap(),
        }
    }
}

async fn take(node_of: &Coordination, key: &LeaseKey) -> Option<Lease> {
    let (leases, node) = (node_of.leases(), node());
    let taken = leases.acquire(key.clone(), &node, SHORT).await;
    taken.unwrap()
}

fn login() -> LeaseKey {
    LeaseKey::Login(LoginId::from(Uuid::from_u128(1)))
}

fn shared() -> [LeaseKey; 3] {
    let session = SessionId::from(Uuid::from_u128(1));
    let polling = LeaseKey::polling(&"7:a".into());
    [login(), LeaseKey::Session(session), polling]
}

#[rstest]
#[case(Loss::Emptied)]
#[case(Loss::EmptiedOfScriptsToo)]
#[case(Loss::RestartedEmpty)]
#[case(Loss::RestartedFromACopy)]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_handed_out_twice_and_whoever_has_a_lease_goes_on(#[case] loss: Loss) {
    let mut scene = Scene::new(LONG).await;
    scene.opens(0).await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("dump.rdb");
    std::fs::copy(scene.redis.dump().await.unwrap(), &copy).unwrap();
    let leases = scene.one.leases();
    let mut held = Vec::new();
    for key in shared() {
        let taken = leases.acquire(key, &node(), LONG).await;
        held.push(taken.unwrap().unwrap());
    }
    scene.lose(loss, &copy).await;
    // The connections of before may be gone.
    eventually(|| async { scene.two.prove().await.ok() }).await;
    eventually(|| async { scene.one.prove().await.ok() }).await;

    for lease in &held {
        assert_eq!(take(&scene.two, &lease.key).await, None);
        assert!(scene.two.leases().is_held(&lease.key).await.unwrap());
        assert!(!leases.renew(lease, LONG).await.unwrap());
        assert!(leases.restore(lease, LONG).await.unwrap());
        assert!(leases.renew(lease, LONG).await.unwrap());
        leases.release(lease).await.unwrap();
        // It may have been another's before.
        assert_eq!(take(&scene.two, &lease.key).await, None);
    }
    let gone = LeaseKey::Node(node());
    assert!(scene.two.leases().is_held(&gone).await.unwrap());
    // A node's own is no one else's.
    assert!(take(&scene.two, &LeaseKey::Node(node())).await.is_some());
}

#[rstest]
#[case(Loss::Emptied)]
#[case(Loss::RestartedEmpty)]
#[tokio::test(flavor = "multi_thread")]
async fn once_every_lease_of_before_has_lapsed_all_are_granted_again(#[case] loss: Loss) {
    let mut scene = Scene::new(SHORT).await;
    scene.lose(loss, Path::new("")).await;
    eventually(|| async { scene.two.prove().await.ok() }).await;
    for key in shared() {
        eventually(|| take(&scene.two, &key)).await;
    }
    let gone = LeaseKey::Node(node());
    eventually(|| async {
        let held = scene.two.leases().is_held(&gone).await.unwrap();
        (!held).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_finds_a_new_server_makes_it_known_to_no_other() {
    let mut scene = Scene::new(LONG).await;
    scene.opens(0).await;
    let copy = scene.redis.dump().await.unwrap();
    let (folder, lease) = (tempfile::tempdir().unwrap(), login());
    let kept = folder.path().join("dump.rdb");
    std::fs::copy(copy, &kept).unwrap();
    let other = CoordinationSettings {
        prefix: "other:".to_owned(),
        ..scene.settings.clone()
    };
    scene.redis.start_from(&kept).await.unwrap();
    connect(&other).await.unwrap().close().await;
    eventually(|| async { scene.one.prove().await.ok() }).await;
    assert_eq!(take(&scene.one, &lease).await, None);
}

/// What was written before it was set back lies an hour ahead.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_of_redis_that_was_set_back_keeps_no_one_out_for_as_long() {
    let scene = Scene::new(SHORT).await;
    let key = format!("{}lease:{}", scene.settings.prefix, login().as_text());
    ask(&scene.redis, &["SET", &key, "dead", "PX", "3600000"]).await;
    scene.opens(99_999_999_999_999).await;
    let login = login();
    eventually(|| take(&scene.two, &login)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_would_last_longer_than_any_is_refused() {
    let scene = Scene::new(SHORT).await;
    let asked = scene.one.leases().acquire(login(), &node(), LONG).await;
    assert!(asked.is_err(), "{asked:?}");
}

/// Its keys lie in slots of their own, and all of them on one server.
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_one_server_grants_leases() {
    let redis = Redis::start_with(&["--cluster-enabled", "yes"]).await;
    let redis = redis.unwrap();
    let all = ["CLUSTER", "ADDSLOTSRANGE", "0", "16383"];
    redis.execute(&all).await.unwrap();
    let mut settings = settings(&redis.url());
    settings.longest_lease = SHORT;
    let one = eventually(|| async { connect(&settings).await.ok() }).await;
    for key in shared() {
        eventually(|| take(&one, &key)).await;
    }
}
