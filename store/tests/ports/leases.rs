//! Leases.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use sesame_domain::ids::{LoginId, SessionId};
use sesame_domain::ports::LeaseKey;
use uuid::Uuid;

use crate::coordinator::{Coordinator, eventually};
use crate::make::node;

const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(50);

fn key() -> LeaseKey {
    LeaseKey::Login(LoginId::from(Uuid::from_u128(1)))
}

#[rstest]
#[tokio::test]
async fn a_lease_is_held_by_one_until_it_is_given_back(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let (one, two) = (nodes.one.leases(), nodes.two.leases());
    let (node_one, node_two) = (node(), node());
    let lease = one.acquire(key(), &node_one, LONG).await.unwrap().unwrap();
    assert_eq!((&lease.key, &lease.node), (&key(), &node_one));
    // Neither another node nor another task of the same.
    assert_eq!(two.acquire(key(), &node_two, LONG).await.unwrap(), None);
    assert_eq!(one.acquire(key(), &node_one, LONG).await.unwrap(), None);
    assert!(one.renew(&lease, LONG).await.unwrap());
    one.release(&lease).await.unwrap();
    assert!(!one.renew(&lease, LONG).await.unwrap());
    let next = two.acquire(key(), &node_two, LONG).await.unwrap().unwrap();
    assert_eq!(next.node, node_two);
}

#[rstest]
#[tokio::test]
async fn leases_of_different_things_do_not_meet(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let leases = nodes.one.leases();
    let keys = [
        key(),
        LeaseKey::Login(LoginId::from(Uuid::from_u128(2))),
        LeaseKey::Session(SessionId::from(Uuid::from_u128(1))),
        LeaseKey::Node(node()),
        LeaseKey::Node(node()),
    ];
    for key in keys {
        assert!(leases.acquire(key, &node(), LONG).await.unwrap().is_some());
    }
}

#[rstest]
#[tokio::test]
async fn whether_a_lease_is_held_can_be_asked_without_taking_it(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let (one, two) = (nodes.one.leases(), nodes.two.leases());
    let id = node();
    let key = LeaseKey::Node(id.clone());
    assert!(!two.is_held(&key).await.unwrap());
    let lease = one.acquire(key.clone(), &id, LONG).await.unwrap().unwrap();
    assert!(two.is_held(&key).await.unwrap());
    assert!(!two.is_held(&LeaseKey::Node(node())).await.unwrap());
    one.release(&lease).await.unwrap();
    assert!(!two.is_held(&key).await.unwrap());
    assert!(two.acquire(key, &id, LONG).await.unwrap().is_some());
}

#[rstest]
#[tokio::test]
async fn a_lease_that_lapsed_is_lost_to_the_next(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let (one, two) = (nodes.one.leases(), nodes.two.leases());
    let old = one.acquire(key(), &node(), SHORT).await.unwrap().unwrap();
    nodes.pass(SHORT);
    let new = eventually(|| async { two.acquire(key(), &node(), LONG).await.unwrap() }).await;

    assert!(!one.renew(&old, LONG).await.unwrap());
    one.release(&old).await.unwrap();
    assert_eq!(one.acquire(key(), &node(), LONG).await.unwrap(), None);
    assert!(two.renew(&new, LONG).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn a_lease_that_lapsed_and_is_taken_by_the_same_node_is_another(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let leases = nodes.one.leases();
    let node = node();
    let old = leases.acquire(key(), &node, SHORT).await.unwrap().unwrap();
    nodes.pass(SHORT);
    let new = eventually(|| async { leases.acquire(key(), &node, LONG).await.unwrap() }).await;
    assert_ne!(old.token, new.token);
    assert!(!leases.renew(&old, LONG).await.unwrap());
    leases.release(&old).await.unwrap();
    assert!(leases.renew(&new, LONG).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn a_lease_that_no_one_took_is_not_taken_back_by_renewing(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let leases = nodes.one.leases();
    let lease = leases
        .acquire(key(), &node(), SHORT)
        .await
        .unwrap()
        .unwrap();
    nodes.pass(SHORT);
    // Renewing for nothing at a time keeps what is there as it is.
    eventually(|| async {
        let kept = leases
            .renew(&lease, Duration::from_millis(1))
            .await
            .unwrap();
        nodes.pass(Duration::from_millis(1));
        (!kept).then_some(())
    })
    .await;
    assert!(
        leases
            .acquire(key(), &node(), LONG)
            .await
            .unwrap()
            .is_some()
    );
}

/// Whoever kept the leases may forget one that cannot have lapsed yet.
#[rstest]
#[tokio::test]
async fn a_lease_that_was_forgotten_is_restored_unless_another_has_it(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let (one, two) = (nodes.one.leases(), nodes.two.leases());
    let lease = one.acquire(key(), &node(), LONG).await.unwrap().unwrap();
    // One that is there stays.
    assert!(one.restore(&lease, LONG).await.unwrap());
    one.release(&lease).await.unwrap();
    assert!(!one.renew(&lease, LONG).await.unwrap());
    assert!(one.restore(&lease, LONG).await.unwrap());
    assert!(one.renew(&lease, LONG).await.unwrap());
    assert_eq!(two.acquire(key(), &node(), LONG).await.unwrap(), None);
    one.release(&lease).await.unwrap();

    let next = two.acquire(key(), &node(), LONG).await.unwrap().unwrap();
    assert!(!one.restore(&lease, LONG).await.unwrap());
    assert!(two.renew(&next, LONG).await.unwrap());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_want_a_lease_at_once_one_gets_it(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let acquires = (0..20).map(|n| {
        let leases = if n % 2 == 0 { &nodes.one } else { &nodes.two }.leases();
        tokio::spawn(async move { leases.acquire(key(), &node(), LONG).await.unwrap() })
    });
    let taken = join_all(acquires).await;
    let taken = taken.into_iter().filter_map(Result::unwrap).count();
    assert_eq!(taken, 1);
}

#[tokio::test]
async fn renewing_keeps_a_lease_beyond_its_first_end() {
    let nodes = Coordinator::Memory.nodes().await;
    let leases = nodes.one.leases();
    let lease = leases.acquire(key(), &node(), LONG).await.unwrap().unwrap();
    for _ in 0..3 {
        nodes.pass(LONG / 2);
        assert!(leases.renew(&lease, LONG).await.unwrap());
    }
    assert_eq!(leases.acquire(key(), &node(), LONG).await.unwrap(), None);
    nodes.pass(LONG);
    assert!(!leases.renew(&lease, LONG).await.unwrap());
}

#[rstest]
#[case(TimeDelta::days(365))]
#[case(TimeDelta::days(-365))]
#[case(TimeDelta::seconds(-90))]
#[tokio::test]
async fn a_wall_clock_that_is_set_neither_ends_a_lease_nor_prolongs_it(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
    #[case] by: TimeDelta,
) {
    let nodes = coordinator.nodes().await;
    let (one, two) = (nodes.one.leases(), nodes.two.leases());
    let lease = one.acquire(key(), &node(), LONG).await.unwrap().unwrap();
    nodes.set_wall(by);
    assert!(two.is_held(&key()).await.unwrap());
    assert!(one.renew(&lease, SHORT).await.unwrap());
    nodes.set_wall(-by * 2);
    nodes.pass(SHORT);
    let next = eventually(|| async { two.acquire(key(), &node(), LONG).await.unwrap() }).await;
    assert!(!one.renew(&lease, LONG).await.unwrap());
    assert!(two.renew(&next, LONG).await.unwrap());
}
