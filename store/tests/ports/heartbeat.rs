//! Which nodes are alive, over leases as they are.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::ports::Leases;

use crate::coordinator::{Coordinator, Nodes};
use crate::make::node;

fn heart(nodes: &Nodes, leases: Arc<dyn Leases>) -> Heartbeat {
    Heartbeat::new(leases, nodes.clock(), node())
}

#[rstest]
#[tokio::test]
async fn a_node_is_alive_from_its_first_beat_until_it_stops(
    #[values(Coordinator::Memory, Coordinator::Redis)] coordinator: Coordinator,
) {
    let nodes = coordinator.nodes().await;
    let one = heart(&nodes, nodes.one.leases());
    let two = heart(&nodes, nodes.two.leases());
    assert!(!two.is_alive(one.node()).await.unwrap());
    assert_eq!(one.term(), None);
    for _ in 0..2 {
        one.beat().await.unwrap();
        assert!(two.is_alive(one.node()).await.unwrap());
        assert!(one.term().is_some());
    }
    one.stop().await.unwrap();
    assert!(!two.is_alive(one.node()).await.unwrap());
    assert_eq!(one.term(), None);
}

#[tokio::test]
async fn a_gap_begins_another_term_and_a_wall_clock_that_is_set_does_not() {
    let nodes = Coordinator::Memory.nodes().await;
    let one = heart(&nodes, nodes.one.leases());
    let two = heart(&nodes, nodes.two.leases());
    one.beat().await.unwrap();
    let first = one.term().unwrap();
    for by in [TimeDelta::days(365), TimeDelta::days(-730)] {
        nodes.set_wall(by);
        assert!(two.is_alive(one.node()).await.unwrap());
        assert_eq!(one.term(), Some(first));
    }
    nodes.pass(Heartbeat::EVERY);
    one.beat().await.unwrap();
    assert_eq!(one.term(), Some(first));
    // It does not count on its last moments: others may be ahead.
    nodes.pass(Heartbeat::TTL.saturating_sub(Duration::from_millis(1)));
    assert!(two.is_alive(one.node()).await.unwrap());
    assert_eq!(one.term(), None);
    nodes.pass(Duration::from_millis(1));
    assert!(!two.is_alive(one.node()).await.unwrap());
    one.beat().await.unwrap();
    let second = one.term();
    assert!(second.is_some() && second != Some(first));
}
