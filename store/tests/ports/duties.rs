//! What was done when.

use std::collections::HashSet;

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::duty::{Duty, DutyRecord};
use sesame_domain::ports::{Duties, StoreError};

use crate::backend::Backend;
use crate::make::{at, node};

#[rstest]
#[tokio::test]
async fn a_duty_is_not_begun_again_too_soon(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let first = db.begin(Duty::Backup, &node(), at(100), at(40)).await;
    let first = first.unwrap().unwrap();
    // Begun at that very moment is begun since.
    let soon = db.begin(Duty::Backup, &node(), at(160), at(100)).await;
    assert_eq!(soon.unwrap(), None);
    let other = db.begin(Duty::Rewrap, &node(), at(160), at(100)).await;
    assert!(other.unwrap().is_some());
    let again = db.begin(Duty::Backup, &node(), at(161), at(101)).await;
    assert!(again.unwrap().unwrap() > first);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_nodes_that_begin_a_duty_at_once_one_gets_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for round in 0..3 {
        let mut nodes = Vec::new();
        for _ in 0..4 {
            nodes.push(store.other_node().await);
        }
        let claims = nodes.into_iter().map(|db| {
            let (now, since) = (at(100 * round), at(100 * round - 50));
            tokio::spawn(async move { db.begin(Duty::Checkpoint, &node(), now, since).await })
        });
        let claims = join_all(claims).await;
        let fences: Vec<_> = claims
            .into_iter()
            .filter_map(|claim| claim.unwrap().unwrap())
            .collect();
        assert_eq!(fences.len(), 1, "{fences:?}");
    }
}

#[rstest]
#[tokio::test]
async fn records_tell_how_duties_went(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    assert_eq!(db.records().await.unwrap(), []);
    let begin = async |now| {
        let fence = db.begin(Duty::Backup, &node(), at(now), at(now)).await;
        fence.unwrap().unwrap()
    };
    let record = async || db.records().await.unwrap().remove(0);

    let fence = begin(10).await;
    let mut expected = DutyRecord {
        duty: Duty::Backup,
        began_at: at(10),
        done_at: None,
        failed_at: None,
        failures: 0,
        report: String::new(),
    };
    assert_eq!(record().await, expected);

    db.failed(Duty::Backup, fence, at(11), "no place")
        .await
        .unwrap();
    let fence = begin(20).await;
    db.failed(Duty::Backup, fence, at(21), "still none")
        .await
        .unwrap();
    expected.began_at = at(20);
    expected.failed_at = Some(at(21));
    expected.failures = 2;
    expected.report = "still none".into();
    assert_eq!(record().await, expected);

    let fence = begin(30).await;
    db.done(Duty::Backup, fence, at(31), "5 sessions")
        .await
        .unwrap();
    expected.began_at = at(30);
    expected.done_at = Some(at(31));
    expected.failures = 0;
    expected.report = "5 sessions".into();
    assert_eq!(record().await, expected);
    assert_eq!(db.records().await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn whoever_was_overtaken_reports_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let never = sesame_domain::ids::Fence(1);
    let early = db.done(Duty::Rehearse, never, at(1), "").await;
    assert!(matches!(early, Err(StoreError::Fenced)));

    let stale = db.begin(Duty::Rehearse, &node(), at(10), at(10)).await;
    let stale = stale.unwrap().unwrap();
    let fence = db.begin(Duty::Rehearse, &node(), at(20), at(20)).await;
    let fence = fence.unwrap().unwrap();
    let late = db.done(Duty::Rehearse, stale, at(21), "late").await;
    assert!(matches!(late, Err(StoreError::Fenced)));
    let late = db.failed(Duty::Rehearse, stale, at(21), "late").await;
    assert!(matches!(late, Err(StoreError::Fenced)));
    // Another duty's number is of no use here.
    let other = db.done(Duty::Rewrap, fence, at(21), "other").await;
    assert!(matches!(other, Err(StoreError::Fenced)));
    db.done(Duty::Rehearse, fence, at(22), "fine")
        .await
        .unwrap();
    assert_eq!(db.records().await.unwrap()[0].report, "fine");
}

#[rstest]
#[tokio::test]
async fn every_duty_has_a_record_of_its_own(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for duty in Duty::ALL {
        let begun = store.db.begin(duty, &node(), at(10), at(10)).await;
        assert!(begun.unwrap().is_some(), "{duty:?}");
    }
    let records = store.db.records().await.unwrap();
    let duties: HashSet<_> = records.iter().map(|record| record.duty).collect();
    assert_eq!(duties, HashSet::from(Duty::ALL));
}
