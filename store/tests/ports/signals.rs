//! Wake-ups.

use futures::{FutureExt, StreamExt};
use rstest::rstest;
use sesame_domain::ids::LoginId;
use sesame_domain::ports::{Topic, WakeUps};
use tokio::time::timeout;
use uuid::Uuid;

use crate::coordinator::{Coordinator, LIMIT};

fn topics() -> Vec<Topic> {
    let id = |n| LoginId::from(Uuid::from_u128(n));
    vec![
        Topic::Login(id(1)),
        Topic::Login(id(2)),
        Topic::Intent(id(1)),
        Topic::HandOver(id(1)),
        Topic::Outbox,
        Topic::Leaving,
    ]
}

async fn woken(wake_ups: &mut WakeUps) {
    timeout(LIMIT, wake_ups.next()).await.unwrap().unwrap();
}

#[rstest]
#[tokio::test]
async fn everyone_who_listens_is_woken_on_every_node(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let (one, two) = (nodes.one.signals(), nodes.two.signals());
    for topic in topics() {
        let mut listeners = vec![
            one.subscribe(topic).await.unwrap(),
            one.subscribe(topic).await.unwrap(),
            two.subscribe(topic).await.unwrap(),
        ];
        for publisher in [&one, &two] {
            publisher.publish(topic).await.unwrap();
            for listener in &mut listeners {
                woken(listener).await;
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn news_of_one_topic_wakes_no_one_who_listens_to_another(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let (one, two) = (nodes.one.signals(), nodes.two.signals());
    for topic in topics() {
        let mut listener = one.subscribe(topic).await.unwrap();
        let mut last = one
            .subscribe(Topic::Login(LoginId::from(Uuid::from_u128(9))))
            .await
            .unwrap();
        for other in topics().into_iter().filter(|other| *other != topic) {
            two.publish(other).await.unwrap();
        }
        two.publish(Topic::Login(LoginId::from(Uuid::from_u128(9))))
            .await
            .unwrap();
        // Wake-ups keep their order: those before this one have come.
        woken(&mut last).await;
        assert_eq!(listener.next().now_or_never(), None);
        two.publish(topic).await.unwrap();
        woken(&mut listener).await;
    }
}

#[rstest]
#[tokio::test]
async fn wake_ups_from_before_are_not_heard_and_none_are_kept_for_long(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let signals = nodes.one.signals();
    signals.publish(Topic::Outbox).await.unwrap();
    let mut witness = signals.subscribe(Topic::Leaving).await.unwrap();
    let mut listener = signals.subscribe(Topic::Outbox).await.unwrap();
    signals.publish(Topic::Leaving).await.unwrap();
    woken(&mut witness).await;
    assert_eq!(listener.next().now_or_never(), None);

    for _ in 0..100 {
        signals.publish(Topic::Outbox).await.unwrap();
    }
    signals.publish(Topic::Leaving).await.unwrap();
    woken(&mut witness).await;
    // A hundred that no one looked at are one.
    assert_eq!(listener.next().now_or_never(), Some(Some(())));
    assert_eq!(listener.next().now_or_never(), None);
}

#[rstest]
#[tokio::test]
async fn one_who_comes_back_to_a_topic_is_woken_again(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let (one, two) = (nodes.one.signals(), nodes.two.signals());
    for _ in 0..20 {
        drop(one.subscribe(Topic::Outbox).await.unwrap());
        let mut listener = one.subscribe(Topic::Outbox).await.unwrap();
        two.publish(Topic::Outbox).await.unwrap();
        woken(&mut listener).await;
    }
}

#[rstest]
#[tokio::test]
async fn news_that_no_one_waits_for_are_no_error(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    for topic in topics() {
        nodes.one.signals().publish(topic).await.unwrap();
    }
}
