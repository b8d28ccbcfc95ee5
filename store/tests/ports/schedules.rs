//! What was done when.

use std::collections::HashSet;

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::ids::JobId;
use sesame_domain::job::{Cancelling, Cause, JobAccess, JobKind, NewJob, Outcome, Release};
use sesame_domain::ports::{JobQueue as _, Jobs as _, Schedules, StoreError};
use sesame_domain::random::SystemEntropy;
use sesame_domain::schedule::ScheduleRecord;
use sesame_store::ScheduleRows;

use crate::backend::{Backend, Store};
use crate::make::{at, node};

const REWRAP: JobKind = JobKind::named("rewrap");
const CHECKPOINT: JobKind = JobKind::named("checkpoint");

async fn read(schedules: &ScheduleRows) -> Vec<ScheduleRecord> {
    let rows = schedules.records().await.unwrap();
    rows.into_iter().map(Result::unwrap).collect()
}

/// A backup that a schedule asks for.
fn job(now: i64) -> NewJob {
    NewJob {
        unique: Some("schedule".into()),
        ..NewJob::new(
            JobId::generate(&SystemEntropy, at(now)),
            JobKind::BACKUP,
            at(now),
        )
    }
}

#[rstest]
#[tokio::test]
async fn a_schedule_is_not_begun_again_too_soon(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db.schedules();
    let first = db.begin(&JobKind::BACKUP, &node(), at(100), at(40)).await;
    let first = first.unwrap().unwrap();
    // Begun at that very moment is begun since.
    let soon = db.begin(&JobKind::BACKUP, &node(), at(160), at(100)).await;
    assert_eq!(soon.unwrap(), None);
    let other = db.begin(&REWRAP, &node(), at(160), at(100)).await;
    assert!(other.unwrap().is_some());
    let again = db.begin(&JobKind::BACKUP, &node(), at(161), at(101)).await;
    assert!(again.unwrap().unwrap() > first);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_nodes_that_begin_it_at_once_one_gets_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for round in 0..3 {
        let mut nodes = Vec::new();
        for _ in 0..4 {
            nodes.push(store.other_node().await.schedules());
        }
        let claims = nodes.into_iter().map(|db| {
            let (now, since) = (at(100 * round), at(100 * round - 50));
            tokio::spawn(async move { db.begin(&CHECKPOINT, &node(), now, since).await })
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
async fn records_tell_how_it_went(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let store = backend.store().await;
    let db = &store.db.schedules();
    assert_eq!(read(db).await, []);
    let begin = async |now| {
        let fence = db.begin(&JobKind::BACKUP, &node(), at(now), at(now)).await;
        fence.unwrap().unwrap()
    };
    let record = async || read(db).await.remove(0);

    let fence = begin(10).await;
    let mut expected = ScheduleRecord {
        kind: JobKind::BACKUP,
        began_at: at(10),
        done_at: None,
        failed_at: None,
        failures: 0,
        report: String::new(),
    };
    assert_eq!(record().await, expected);

    db.failed(&JobKind::BACKUP, fence, at(11), "no place")
        .await
        .unwrap();
    let fence = begin(20).await;
    db.failed(&JobKind::BACKUP, fence, at(21), "still none")
        .await
        .unwrap();
    expected.began_at = at(20);
    expected.failed_at = Some(at(21));
    expected.failures = 2;
    expected.report = "still none".into();
    assert_eq!(record().await, expected);

    let fence = begin(30).await;
    db.done(&JobKind::BACKUP, fence, at(31), "5 sessions")
        .await
        .unwrap();
    expected.began_at = at(30);
    expected.done_at = Some(at(31));
    expected.failures = 0;
    expected.report = "5 sessions".into();
    assert_eq!(record().await, expected);
    assert_eq!(read(db).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn whoever_was_overtaken_reports_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db.schedules();
    let never = sesame_domain::ids::Fence(1);
    let early = db.done(&JobKind::REHEARSE, never, at(1), "").await;
    assert!(matches!(early, Err(StoreError::Fenced(_))));

    let stale = db.begin(&JobKind::REHEARSE, &node(), at(10), at(10)).await;
    let stale = stale.unwrap().unwrap();
    let fence = db.begin(&JobKind::REHEARSE, &node(), at(20), at(20)).await;
    let fence = fence.unwrap().unwrap();
    let late = db.done(&JobKind::REHEARSE, stale, at(21), "late").await;
    assert!(matches!(late, Err(StoreError::Fenced(_))));
    let late = db.failed(&JobKind::REHEARSE, stale, at(21), "late").await;
    assert!(matches!(late, Err(StoreError::Fenced(_))));
    // Another one's number is of no use here.
    let other = db.done(&REWRAP, fence, at(21), "other").await;
    assert!(matches!(other, Err(StoreError::Fenced(_))));
    db.done(&JobKind::REHEARSE, fence, at(22), "fine")
        .await
        .unwrap();
    assert_eq!(read(db).await[0].report, "fine");
}

#[rstest]
#[tokio::test]
async fn every_kind_has_a_record_of_its_own(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.schedules();
    let kinds = [JobKind::BACKUP, JobKind::COPY_KEYS, REWRAP, CHECKPOINT];
    for kind in &kinds {
        let begun = db.begin(kind, &node(), at(10), at(10)).await;
        assert!(begun.unwrap().is_some(), "{kind}");
    }
    let found: HashSet<_> = read(&db).await.into_iter().map(|it| it.kind).collect();
    assert_eq!(found, HashSet::from(kinds));
}

#[rstest]
#[tokio::test]
async fn a_schedule_asks_for_one_job_and_learns_what_came_of_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, jobs) = (store.db.schedules(), store.db.jobs());
    let ask = async |now: i64, not_since: i64| {
        let asked = db.ask(&job(now), &node(), at(not_since)).await;
        asked.unwrap()
    };
    let end = async |id: JobId, now: i64, outcome: Outcome| {
        let seen = jobs.find(id, &JobAccess::All).await.unwrap().unwrap();
        let claim = jobs.claim(&seen, &node(), at(now)).await.unwrap().unwrap();
        jobs.release(claim, Release::End(outcome), at(now)).await
    };
    let first = ask(10, 10).await.unwrap();
    assert_eq!(ask(20, 5).await, None, "it was begun since");
    assert_eq!(ask(20, 20).await, None, "it is not over");
    // Neither of these has noted that it began anything.
    assert_eq!(read(&db).await[0].began_at, at(10));
    let failed = Outcome::Failed(Cause::failed("no place"));
    end(first, 21, failed).await.unwrap();
    let record = read(&db).await.remove(0);
    assert_eq!((record.failures, record.failed_at), (1, Some(at(21))));
    assert_eq!(record.report, "no place");

    let second = ask(30, 30).await.unwrap();
    let done = |report: &str| Outcome::Done {
        report: report.into(),
    };
    end(second, 31, done("5 sessions")).await.unwrap();
    let record = read(&db).await.remove(0);
    assert_eq!((record.failures, record.done_at), (0, Some(at(31))));

    // A command that came after it counts, and not what the job says.
    let third = ask(40, 40).await.unwrap();
    let fence = db.begin(&JobKind::BACKUP, &node(), at(50), at(50)).await;
    let fence = fence.unwrap().unwrap();
    end(third, 60, done("by the job")).await.unwrap();
    db.done(&JobKind::BACKUP, fence, at(61), "by the command")
        .await
        .unwrap();
    assert_eq!(read(&db).await[0].report, "by the command");

    // One that is cancelled is no failure.
    let fourth = ask(70, 70).await.unwrap();
    let all = JobAccess::All;
    let cancelled = jobs.cancel(fourth, &all, "operator", at(71)).await.unwrap();
    assert_eq!(cancelled, Cancelling::Cancelled);
    let record = read(&db).await.remove(0);
    assert_eq!((record.failures, record.failed_at), (0, Some(at(71))));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_nodes_that_ask_at_once_one_gets_a_job(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let mut nodes = Vec::new();
    for _ in 0..4 {
        nodes.push(store.other_node().await.schedules());
    }
    let asks = nodes
        .into_iter()
        .map(|db| tokio::spawn(async move { db.ask(&job(10), &node(), at(10)).await.unwrap() }));
    let asked = join_all(asks).await;
    let got: Vec<_> = asked.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(got.len(), 1, "{got:?}");
}

#[rstest]
#[tokio::test]
async fn a_schedule_that_cannot_be_read_stops_no_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    beside_the_future(&backend.store().await).await;
}

/// What holds of schedules beside one that this program cannot read.
pub(crate) async fn beside_the_future(store: &Store) {
    let db = store.db.schedules();
    for kind in [
        JobKind::BACKUP,
        CHECKPOINT,
        JobKind::named("of_a_newer_program"),
    ] {
        let begun = db.begin(&kind, &node(), at(10), at(10)).await;
        assert!(begun.unwrap().is_some());
    }
    let damage = "UPDATE schedules SET failures = -1 WHERE kind = 'backup'";
    store.sql(damage).await.unwrap();
    let rows = db.records().await.unwrap();
    let broken: Vec<_> = rows.iter().filter_map(|row| row.as_ref().err()).collect();
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].id, "backup");
    let what = "schedules: inconsistent row: failures of a schedule";
    assert_eq!(broken[0].what, what);
    assert_eq!(rows.iter().flatten().count(), 2);
    // It is done all the same, and can be read then.
    let asked = db.ask(&job(20), &node(), at(20)).await.unwrap();
    assert!(asked.is_some());
}
