//! Removing what is older than it has to be kept.

use std::time::Duration;

use sesame_domain::audit::{Action, Actor};

use crate::memory::{Keys, Trail, at, noon, tenant};
use sesame_custody::audit::{AuditError, Fault, Pruned, Pruning, prune};

fn older_than(hours: u64) -> Pruning {
    Pruning {
        keep: Duration::from_secs(hours * 3600),
        actor: Actor::system("retention"),
        origin: "node 1".into(),
    }
}

async fn pruned(trail: &Trail, hours: u64) -> Result<Option<Pruned>, AuditError> {
    prune(trail, &Keys, &trail.clock, &tenant(), &older_than(hours)).await
}

/// Checkpoints after one, two, three and four hours, two entries on each of the
/// two strands before each.
async fn trail() -> Trail {
    let trail = Trail::of(0);
    for _ in 0..4 {
        trail.write(2);
        trail.checkpoint().await;
    }
    trail
}

#[tokio::test]
async fn what_is_left_can_be_verified() {
    let trail = trail().await;
    let done = pruned(&trail, 1).await.unwrap().unwrap();
    // The one that is exactly an hour old is kept.
    let expected = Pruned {
        through: 2,
        at: noon() + chrono::TimeDelta::hours(2),
        entries: 8,
    };
    assert_eq!(done, expected);
    let report = trail.verify().await;
    assert!(report.is_whole(), "{:?}", report.bad);
    assert_eq!((report.pruned, report.entries), (8, 9));
    let last = trail.tables().entries.last().unwrap().entry.clone();
    assert_eq!(last.action, Action::AuditPruned);
    assert_eq!(last.reason, "through checkpoint 2");
    assert_eq!(last.actor, Actor::system("retention"));
}

#[tokio::test]
async fn it_can_be_done_again_and_again() {
    let trail = trail().await;
    for _ in 0..3 {
        trail.write(2);
        trail.checkpoint().await;
        assert!(pruned(&trail, 1).await.unwrap().is_some());
        let report = trail.verify().await;
        assert!(report.is_whole(), "{:?}", report.bad);
    }
}

#[tokio::test]
async fn tampering_with_what_is_left_is_found() {
    let trail = trail().await;
    pruned(&trail, 1).await.unwrap();
    trail.tables().entry(1, 5).entry.reason = "".into();
    assert_eq!(trail.first().await, Some(at(1, 5, Fault::Changed)));
    trail.tables().remove(1, 5);
    assert_eq!(trail.first().await, Some(at(1, 5, Fault::Removed)));
}

#[tokio::test]
async fn removing_the_proof_is_found() {
    let trail = trail().await;
    pruned(&trail, 1).await.unwrap();
    // No checkpoint has seen it yet, so that its absence alone would not show.
    trail.tables().cut_off(0, 8);
    assert_eq!(trail.first().await, Some(at(0, 4, Fault::Base)));
}

#[tokio::test]
async fn nothing_is_removed_before_its_time() {
    let trail = trail().await;
    assert_eq!(pruned(&trail, 4).await.unwrap(), None);
    assert_eq!(pruned(&trail, u64::MAX / 3600).await.unwrap(), None);
    assert_eq!(trail.tables().entries.len(), 16);
}

#[tokio::test]
async fn nothing_is_removed_from_what_is_broken() {
    let trail = trail().await;
    trail.tables().entry(0, 8).entry.reason = "".into();
    let refused = pruned(&trail, 1).await;
    let Err(AuditError::Broken(bad)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(bad, at(0, 8, Fault::Changed));
    assert_eq!(trail.tables().entries.len(), 16);
}

#[tokio::test]
async fn a_checkpoint_of_a_clock_that_was_wrong_removes_nothing_young() {
    let trail = trail().await;
    let year = chrono::TimeDelta::days(365);
    // Behind: what came before it is not as old as it says.
    trail.clock.advance(-year);
    trail.write(2);
    trail.checkpoint().await;
    trail.clock.advance(year);
    trail.write(2);
    trail.checkpoint().await;
    assert_eq!(pruned(&trail, 4).await.unwrap().unwrap().through, 1);
}

#[tokio::test]
async fn a_checkpoint_of_a_clock_that_was_ahead_does_not_stop_pruning() {
    let trail = Trail::of(0);
    let year = chrono::TimeDelta::days(365);
    trail.clock.advance(year);
    trail.write(2);
    trail.checkpoint().await;
    trail.clock.advance(-year);
    for _ in 0..3 {
        trail.write(2);
        trail.checkpoint().await;
    }
    assert_eq!(pruned(&trail, 1).await.unwrap().unwrap().through, 2);
}
