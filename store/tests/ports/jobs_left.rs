//! Jobs that cannot be read, that are over, and whose owner is gone.

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::audit::Action;
use sesame_domain::ids::JobId;
use sesame_domain::job::{JobAccess, JobState, NewJob};
use sesame_domain::page::Page;
use sesame_domain::ports::{
    DueJobs, Erasure, Erasures as _, JobFilter, JobQueue as _, Jobs as _, StoreError,
};
use sesame_store::JobRows;

use crate::backend::{Backend, Store};
use crate::jobs::{EXPORT, TAGS, claimed, done, due, job, of};
use crate::make::{at, entry, owner, tenant};

/// Rows that this program cannot read, before all others in every order.
async fn from_the_future(store: &Store) {
    let id = |n: u32| {
        if store.url.starts_with("sqlite") {
            format!("X'ffffffffffff7fffbfffffffffff{n:04}'")
        } else {
            format!("'ffffffff-ffff-7fff-bfff-ffffffff{n:04}'")
        }
    };
    let rows = [
        (
            "export",
            "queued",
            "'2020-01-01 00:00:00+00:00'",
            "-5",
            "NULL",
        ),
        (
            "export",
            "dreaming",
            "'2020-01-01 00:00:00+00:00'",
            "0",
            "NULL",
        ),
        (
            "export",
            "queued",
            "'2020-01-01 00:00:00+00:00'",
            "0",
            "'?'",
        ),
        ("sing", "queued", "'2020-01-01 00:00:00+00:00'", "0", "NULL"),
    ];
    for (n, (kind, state, run_after, attempts, tenant)) in (1..).zip(rows) {
        let person = if tenant == "NULL" { "NULL" } else { "1" };
        let insert = format!(
            "INSERT INTO jobs (id, kind, payload, state, run_after, attempts, tenant, person, \
             created_at) VALUES ({}, '{kind}', '', '{state}', {run_after}, {attempts}, {tenant}, \
             {person}, '2020-01-01 00:00:00+00:00')",
            id(n)
        );
        store.sql(&insert).await.unwrap();
    }
}

#[rstest]
#[tokio::test]
async fn rows_that_cannot_be_read_stop_no_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    beside_the_future(&backend.store().await).await;
}

/// What holds of jobs beside rows that this program cannot read.
pub(crate) async fn beside_the_future(store: &Store) {
    let jobs = store.db.jobs();
    let id = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    from_the_future(store).await;
    let look = [DueJobs {
        kind: EXPORT,
        skip: 0,
        limit: 10,
    }];
    let rows = jobs.due(&tenant(), &look, at(1)).await.unwrap();
    let broken: Vec<_> = rows
        .iter()
        .filter_map(|row| row.job.as_ref().err())
        .collect();
    // The other one is of a tenant that no node here works for.
    assert_eq!(broken.len(), 1, "{rows:?}");
    assert!(
        broken
            .iter()
            .all(|it| it.id.starts_with("ffffffff") && it.what.contains("jobs"))
    );
    let read: Vec<_> = rows
        .iter()
        .filter_map(|row| row.job.as_ref().ok())
        .collect();
    assert!(read.iter().any(|job| job.id == id));
    assert!(matches!(&read[0].state, JobState::Unknown(name) if name == "dreaming"));
    let filter = JobFilter::all(JobAccess::All);
    let page = jobs.list(&filter, Page::first(10)).await.unwrap();
    assert_eq!((page.rows.len(), page.broken.len()), (3, 2));
    let waiting = jobs.waiting().await.unwrap();
    let kinds: Vec<_> = waiting
        .iter()
        .map(|it| (it.kind.as_str(), it.count))
        .collect();
    assert_eq!(kinds, [("export", 4), ("sing", 1)]);
}

#[rstest]
#[tokio::test]
async fn what_a_clock_put_off_that_was_ahead_is_due(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let day = 86_400;
    let later = NewJob {
        run_after: at(29 * day),
        ..job(EXPORT, 0)
    };
    jobs.enqueue(&later).await.unwrap();
    let never = NewJob {
        run_after: at(365 * day),
        ..job(EXPORT, 0)
    };
    jobs.enqueue(&never).await.unwrap();
    let due = due(&jobs, &[EXPORT], 1).await;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].id, never.id);
}

async fn is_there(jobs: &JobRows, id: JobId) -> bool {
    jobs.find(id, &JobAccess::All).await.unwrap().is_some()
}

#[rstest]
#[tokio::test]
async fn what_is_over_is_forgotten_after_a_while(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let year = 365 * 86_400;
    let mut ids = Vec::new();
    for ended in [10, 20, year] {
        let id = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
        let claim = claimed(&jobs, EXPORT, 5).await;
        jobs.release(claim, done(), at(ended)).await.unwrap();
        ids.push(id);
    }
    let waits = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    assert_eq!(jobs.forget(at(20), at(30), 100).await.unwrap(), 2);
    let there: Vec<_> = join_all(ids.iter().map(|id| is_there(&jobs, *id))).await;
    // The last one was dated ahead: no one knows how long ago it ended.
    assert_eq!(there, [false, true, false]);
    assert!(is_there(&jobs, waits).await);
    assert_eq!(jobs.forget(at(90), at(90), 0).await.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn jobs_of_who_erases_everything_are_gone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let theirs = jobs.enqueue(&of(7, EXPORT, 0)).await.unwrap().id;
    let running = claimed(&jobs, EXPORT, 1).await;
    let others = jobs.enqueue(&of(8, TAGS, 0)).await.unwrap().id;
    let erasure = Erasure {
        id: uuid::Uuid::from_u128(5),
        owner: owner(7),
        asked_at: at(2),
        done_at: None,
    };
    let entry = entry(&owner(7), erasure.id, Action::AccountUnlinked, 2);
    store.db.erasures().begin(&erasure, entry).await.unwrap();
    assert_eq!(jobs.find(theirs, &JobAccess::All).await.unwrap(), None);
    assert!(jobs.find(others, &JobAccess::All).await.unwrap().is_some());
    let late = jobs.release(running, done(), at(3)).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))));
}
