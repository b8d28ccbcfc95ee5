//! Jobs, by tab.

use rstest::rstest;
use sesame_domain::ids::{AccountId, JobId};
use sesame_domain::job::{
    AttemptOutcome, Cause, CauseCode, Job, JobAccess, JobStatus, NewJob, Outcome, Release,
    WaitReason,
};
use sesame_domain::listing::{IdEnd, IdSearch, Tenants};
use sesame_domain::ports::listing::{JobFilter, JobListing as _};
use sesame_domain::ports::{JobQueue as _, Jobs as _};

use super::{all, of, only, rows, walk};
use crate::backend::{Backend, Store};
use crate::jobs::{EXPORT, TAGS, done, job};
use crate::make::{at, node};

pub(crate) fn theirs(tenant: &str, person: i64, seconds: i64) -> NewJob {
    NewJob {
        owner: Some(of(tenant, person)),
        ..job(EXPORT, seconds)
    }
}

/// Asks for a job, and begins it.
pub(crate) async fn begun(store: &Store, job: &NewJob, now: i64) -> Job {
    let jobs = store.db.jobs();
    jobs.enqueue(job).await.unwrap();
    let seen = jobs.find(job.id, &JobAccess::All).await.unwrap().unwrap();
    jobs.claim(&seen, &node(), at(now)).await.unwrap().unwrap();
    jobs.find(job.id, &JobAccess::All).await.unwrap().unwrap()
}

/// Asks for a job, begins it and lets go of it like this.
pub(crate) async fn left(store: &Store, job: &NewJob, release: Release, now: i64) -> JobId {
    let job = begun(store, job, now).await;
    let claim = sesame_domain::job::JobClaim {
        id: job.id,
        fence: job.fence,
    };
    store
        .db
        .jobs()
        .release(claim, release, at(now))
        .await
        .unwrap();
    job.id
}

pub(crate) fn failed(code: &str) -> Release {
    Release::End(Outcome::Failed(Cause {
        code: CauseCode::Other(code.into()),
        detail: "the bucket refuses".into(),
    }))
}

pub(crate) fn parked(until: i64) -> Release {
    Release::Park {
        until: at(until),
        reason: WaitReason::Flood,
    }
}

async fn found(store: &Store, filter: JobFilter) -> Vec<JobId> {
    let listed = store.db.listing().jobs(&all(filter)).await.unwrap();
    let count = listed.count.unwrap();
    let ids: Vec<_> = rows(listed).iter().map(|job| job.id).collect();
    assert_eq!(count.rows as usize, ids.len());
    ids
}

fn tab(status: JobStatus) -> JobFilter {
    JobFilter {
        status: Some(status),
        ..JobFilter::default()
    }
}

#[rstest]
#[tokio::test]
async fn each_tab_is_in_the_order_that_matters_there(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let mut queued = Vec::new();
    let mut waiting = Vec::new();
    let mut running = Vec::new();
    let mut over = Vec::new();
    for number in 0..6 {
        let tenant = ["main", "other"][usize::try_from(number % 2).unwrap()];
        let due = NewJob {
            run_after: at(500 - number),
            ..theirs(tenant, number, number)
        };
        queued.push(store.db.jobs().enqueue(&due).await.unwrap().id);
        waiting.push(
            left(
                &store,
                &theirs(tenant, number, 10),
                parked(900 - number),
                20,
            )
            .await,
        );
        running.push(
            begun(&store, &theirs(tenant, number, 20), 30 - number)
                .await
                .id,
        );
        over.push(left(&store, &theirs(tenant, number, 30), done(), 40 + number).await);
    }
    for ids in [&mut queued, &mut waiting, &mut running, &mut over] {
        ids.reverse();
    }
    let listing = store.db.listing();
    let list = async |query: &_| listing.jobs(query).await;
    for (status, expected) in [
        (JobStatus::Queued, queued),
        (JobStatus::Waiting, waiting),
        (JobStatus::Running, running),
        (JobStatus::Done, over),
    ] {
        for limit in [1, 4, 6] {
            let rows = walk(all(tab(status)), limit, list).await;
            let ids: Vec<_> = rows.iter().map(|job| job.id).collect();
            assert_eq!(ids, expected, "{status:?} {limit}");
        }
    }
    let everything = walk(all(JobFilter::default()), 7, list).await;
    assert_eq!(everything.len(), 24);
    assert!(everything.is_sorted_by_key(|job| std::cmp::Reverse(job.created_at)));
}

#[rstest]
#[tokio::test]
async fn each_filter_lets_its_own_through_and_each_tab_is_counted(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let account = AccountId::from(uuid::Uuid::from_u128(7));
    let refused = left(&store, &theirs("main", 1, 10), failed("bucket_refused"), 20).await;
    let other = left(&store, &theirs("other", 2, 20), failed("quota"), 30).await;
    let flood = left(&store, &theirs("other", 2, 30), parked(900), 40).await;
    let tagging = NewJob {
        account: Some(account),
        ..job(TAGS, 50)
    };
    let tags = jobs.enqueue(&tagging).await.unwrap().id;

    let none = JobFilter::default;
    assert_eq!(found(&store, none()).await, [tags, flood, other, refused]);
    assert_eq!(
        found(&store, tab(JobStatus::Failed)).await,
        [other, refused]
    );
    let code = JobFilter {
        code: Some("quota".into()),
        ..tab(JobStatus::Failed)
    };
    assert_eq!(found(&store, code).await, [other]);
    let kinds = JobFilter {
        kinds: vec![TAGS],
        ..none()
    };
    assert_eq!(found(&store, kinds).await, [tags]);
    let both = JobFilter {
        kinds: vec![TAGS, EXPORT],
        ..none()
    };
    assert_eq!(found(&store, both).await.len(), 4);
    let person = JobFilter {
        person: Some(of("other", 2).person),
        ..none()
    };
    assert_eq!(found(&store, person.clone()).await, [flood, other]);
    let with = JobFilter {
        account: Some(account),
        ..none()
    };
    assert_eq!(found(&store, with).await, [tags]);
    let waits = JobFilter {
        reason: Some("flood".into()),
        ..none()
    };
    assert_eq!(found(&store, waits).await, [flood]);
    let last = jobs.find(refused, &JobAccess::All).await.unwrap().unwrap();
    let by = JobFilter {
        node: last.node,
        ..none()
    };
    assert_eq!(found(&store, by).await, [refused]);
    for id in [
        IdSearch::from(other),
        IdSearch::End(IdEnd::of(other.as_uuid())),
    ] {
        let searched = JobFilter {
            id: Some(id),
            ..none()
        };
        assert_eq!(found(&store, searched).await, [other]);
    }

    let counts = |tenants: Tenants, filter: JobFilter| {
        let listing = store.db.listing();
        async move {
            let counts = listing.job_counts(&filter, &tenants).await.unwrap();
            let counts = counts
                .into_iter()
                .map(|(status, total)| (status, total.rows));
            counts.filter(|(_, rows)| *rows > 0).collect::<Vec<_>>()
        }
    };
    let (queued, waiting, failed) = (JobStatus::Queued, JobStatus::Waiting, JobStatus::Failed);
    let everyones = counts(Tenants::All, none()).await;
    assert_eq!(everyones, [(queued, 1), (waiting, 1), (failed, 2)]);
    // The tab that one is in does not matter.
    let theirs = JobFilter {
        status: Some(JobStatus::Done),
        ..person
    };
    assert_eq!(
        counts(Tenants::All, theirs).await,
        [(waiting, 1), (failed, 1)]
    );
    assert_eq!(counts(only("main"), none()).await, [(failed, 1)]);
}

#[rstest]
#[tokio::test]
async fn what_belongs_to_no_one_is_the_instances(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let listing = store.db.listing();
    let id = store.db.jobs().enqueue(&job(EXPORT, 0)).await.unwrap().id;
    let seen = listing.job(id, &Tenants::All).await.unwrap();
    assert_eq!(seen.map(|job| job.id), Some(id));
    assert_eq!(listing.job(id, &only("main")).await.unwrap(), None);
    let attempts = listing.job_attempts(id, &only("main")).await;
    assert_eq!(attempts.unwrap(), []);
    let query = sesame_domain::ports::listing::JobQuery {
        tenants: only("main"),
        ..all(JobFilter::default())
    };
    assert_eq!(rows(listing.jobs(&query).await.unwrap()), []);
}

#[rstest]
#[tokio::test]
async fn a_job_in_a_state_from_the_future_is_in_no_tab_and_in_the_list(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for person in 1..=3 {
        let job = theirs("main", person, person);
        store.db.jobs().enqueue(&job).await.unwrap();
    }
    store
        .future("UPDATE jobs SET state = 'dreaming' WHERE person = 2")
        .await;
    store
        .future("UPDATE jobs SET attempts = -1 WHERE person = 3")
        .await;
    let query = all(JobFilter::default());
    let listed = store.db.listing().jobs(&query).await.unwrap();
    let names = listed.rows.iter().map(|row| row.as_ref().ok());
    let names: Vec<_> = names.map(|job| job.map(|job| job.state.name())).collect();
    assert_eq!(names, [None, Some("dreaming"), Some("queued")]);
    let tab = store.db.listing().jobs(&all(tab(JobStatus::Queued))).await;
    assert_eq!(tab.unwrap().rows.len(), 2);
}

#[rstest]
#[tokio::test]
async fn attempts_are_remembered_the_last_ones(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (jobs, listing) = (store.db.jobs(), store.db.listing());
    let asked = theirs("main", 1, 0);
    jobs.enqueue(&asked).await.unwrap();
    let releases = [
        Release::PutBack,
        parked(3),
        Release::Retry {
            at: at(5),
            cause: Cause::failed("no such chat"),
        },
    ];
    for (now, release) in (1..).zip(releases) {
        let seen = jobs.find(asked.id, &JobAccess::All).await.unwrap().unwrap();
        let claim = jobs.claim(&seen, &node(), at(now)).await.unwrap().unwrap();
        jobs.release(claim, release, at(now + 1)).await.unwrap();
    }
    let seen = jobs.find(asked.id, &JobAccess::All).await.unwrap().unwrap();
    let gone = jobs.claim(&seen, &node(), at(7)).await.unwrap().unwrap();
    assert_eq!(jobs.abandon(&[gone], at(8)).await.unwrap(), 1);
    let seen = jobs.find(asked.id, &JobAccess::All).await.unwrap().unwrap();
    jobs.claim(&seen, &node(), at(9)).await.unwrap().unwrap();

    let attempts = listing.job_attempts(asked.id, &only("main")).await.unwrap();
    let ends: Vec<_> = attempts
        .iter()
        .map(|it| it.end.as_ref().map(|end| end.outcome.clone()))
        .collect();
    let ended = [
        AttemptOutcome::Abandoned,
        AttemptOutcome::Retried,
        AttemptOutcome::Parked,
        AttemptOutcome::PutBack,
    ];
    let expected: Vec<_> = [None].into_iter().chain(ended.map(Some)).collect();
    assert_eq!(ends, expected);
    let retried = attempts[2].end.as_ref().unwrap();
    assert_eq!(retried.cause, Some(Cause::failed("no such chat")));
    assert_eq!((attempts[2].began_at, retried.at), (at(3), at(4)));

    for _ in 0..60 {
        let seen = jobs.find(asked.id, &JobAccess::All).await.unwrap().unwrap();
        let claim = sesame_domain::job::JobClaim {
            id: seen.id,
            fence: seen.fence,
        };
        jobs.release(claim, Release::PutBack, at(10)).await.unwrap();
        let seen = jobs.find(asked.id, &JobAccess::All).await.unwrap().unwrap();
        jobs.claim(&seen, &node(), at(10)).await.unwrap().unwrap();
    }
    assert_eq!(store.count("job_attempts").await, 50);
    // They go with their job.
    store
        .future("UPDATE jobs SET running_since = NULL, state = 'done', ended_at = created_at")
        .await;
    assert_eq!(jobs.forget(at(5), at(20), 10).await.unwrap(), 1);
    assert_eq!(store.count("job_attempts").await, 0);
}
