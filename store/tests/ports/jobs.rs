//! Jobs: asking for them, doing them, cancelling them.

use std::collections::HashSet;

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::ids::{AccountId, Fence, JobId, NodeId, Owner};
use sesame_domain::job::{
    Cancelling, Cause, CauseCode, Job, JobAccess, JobClaim, JobKind, JobState, JobStatus, NewJob,
    Outcome, Payload, Release, WaitReason,
};
use sesame_domain::page::Page;
use sesame_domain::ports::{DueJobs, JobFilter, JobQueue as _, Jobs as _, StoreError};
use sesame_domain::progress::{Progress, Unit};
use sesame_domain::random::SystemEntropy;
use sesame_store::{Database, JobRows};

use crate::backend::Backend;
use crate::make::{at, node, owner, tenant};

pub(crate) const EXPORT: JobKind = JobKind::named("export");
pub(crate) const TAGS: JobKind = JobKind::named("tags");

pub(crate) fn job(kind: JobKind, seconds: i64) -> NewJob {
    let id = JobId::generate(&SystemEntropy, at(seconds));
    NewJob::new(id, kind, at(seconds))
}

pub(crate) fn of(person: i64, kind: JobKind, seconds: i64) -> NewJob {
    NewJob {
        owner: Some(owner(person)),
        ..job(kind, seconds)
    }
}

fn account() -> AccountId {
    AccountId::generate(&SystemEntropy, at(0))
}

pub(crate) async fn due(jobs: &JobRows, kinds: &[JobKind], now: i64) -> Vec<Job> {
    let of: Vec<_> = kinds
        .iter()
        .map(|kind| DueJobs {
            kind: kind.clone(),
            skip: 0,
            limit: 100,
        })
        .collect();
    let rows = jobs.due(&tenant(), &of, at(now)).await.unwrap();
    rows.into_iter().filter_map(|row| row.job.ok()).collect()
}

/// Claims the only job that is due.
pub(crate) async fn claimed(jobs: &JobRows, kind: JobKind, now: i64) -> JobClaim {
    let due = due(jobs, &[kind], now).await;
    assert_eq!(due.len(), 1, "{due:?}");
    claim(jobs, &due[0], now).await.unwrap()
}

async fn claim(jobs: &JobRows, job: &Job, now: i64) -> Option<JobClaim> {
    jobs.claim(job, &node(), at(now)).await.unwrap()
}

pub(crate) async fn found(jobs: &JobRows, id: JobId) -> Job {
    jobs.find(id, &JobAccess::All).await.unwrap().unwrap()
}

pub(crate) fn done() -> Release {
    Release::End(Outcome::Done {
        report: "3 files".into(),
    })
}

fn broken() -> Cause {
    Cause::failed("no such chat")
}

#[rstest]
#[tokio::test]
async fn a_job_comes_back_as_it_was_asked_for(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let account = account();
    let asked = NewJob {
        account: Some(account),
        payload: Payload("{\"chat\":\"ё\"}".into()),
        run_after: at(20),
        ..of(7, EXPORT, 10)
    };
    let enqueued = jobs.enqueue(&asked).await.unwrap();
    assert!(enqueued.is_new);
    let job = found(&jobs, enqueued.id).await;
    assert_eq!(job.id, asked.id);
    assert_eq!(job.kind, EXPORT);
    assert_eq!(job.owner, Some(owner(7)));
    assert_eq!(job.account, Some(account));
    assert_eq!(job.payload, asked.payload);
    assert_eq!(job.state, JobState::Queued { from: at(20) });
    assert_eq!((job.attempts, job.progress), (0, None));
    // Neither before its time nor for those who do other things.
    assert_eq!(due(&jobs, &[EXPORT], 19).await, []);
    assert_eq!(due(&jobs, &[TAGS], 20).await, []);
    assert_eq!(due(&jobs, &[TAGS, EXPORT], 20).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn asking_twice_is_one_job_until_it_is_over(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let asked = |person, kind| NewJob {
        unique: Some("chat 5".into()),
        ..of(person, kind, 0)
    };
    let first = jobs.enqueue(&asked(7, EXPORT)).await.unwrap();
    let again = jobs.enqueue(&asked(7, EXPORT)).await.unwrap();
    assert_eq!((again.id, again.is_new), (first.id, false));
    // Another person's, and one of another kind, are others.
    assert!(jobs.enqueue(&asked(8, EXPORT)).await.unwrap().is_new);
    assert!(jobs.enqueue(&asked(7, TAGS)).await.unwrap().is_new);
    // The very same is the same.
    let plain = job(TAGS, 1);
    assert!(jobs.enqueue(&plain).await.unwrap().is_new);
    assert!(!jobs.enqueue(&plain).await.unwrap().is_new);

    let seen = found(&jobs, first.id).await;
    let claim = claim(&jobs, &seen, 1).await.unwrap();
    let while_it_runs = jobs.enqueue(&asked(7, EXPORT)).await.unwrap();
    assert_eq!(while_it_runs.id, first.id);
    jobs.release(claim, done(), at(2)).await.unwrap();
    let next = jobs.enqueue(&asked(7, EXPORT)).await.unwrap();
    assert!(next.is_new && next.id != first.id);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_ask_at_once_all_get_the_same_job(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let asks = (0..8).map(|_| {
        let jobs = store.db.jobs();
        let asked = NewJob {
            unique: Some("1".into()),
            ..of(7, EXPORT, 0)
        };
        tokio::spawn(async move { jobs.enqueue(&asked).await.unwrap() })
    });
    let answers: Vec<_> = join_all(asks)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let ids: HashSet<_> = answers.iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|it| it.is_new).count(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_nodes_that_claim_a_job_at_once_one_gets_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let id = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    let seen = found(&jobs, id).await;
    let mut nodes: Vec<Database> = Vec::new();
    for _ in 0..4 {
        nodes.push(store.other_node().await);
    }
    let claims = nodes.into_iter().map(|db| {
        let seen = seen.clone();
        tokio::spawn(async move { claim(&db.jobs(), &seen, 1).await })
    });
    let claims = join_all(claims).await;
    let got: Vec<_> = claims.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(got.len(), 1);
    let job = found(&jobs, id).await;
    assert_eq!(job.state, JobState::Running { since: at(1) });
    // Counted before it runs.
    assert_eq!(job.attempts, 1);
}

#[rstest]
#[tokio::test]
async fn an_account_has_one_job_at_a_time(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let busy = account();
    for account in [busy, busy, account()] {
        let asked = NewJob {
            account: Some(account),
            ..job(EXPORT, 0)
        };
        jobs.enqueue(&asked).await.unwrap();
    }
    let seen = due(&jobs, &[EXPORT], 1).await;
    let theirs: Vec<_> = seen.iter().filter(|it| it.account == Some(busy)).collect();
    let first = claim(&jobs, theirs[0], 1).await.unwrap();
    // Who saw the other one before finds out when claiming it.
    assert_eq!(claim(&jobs, theirs[1], 1).await, None);
    let left = due(&jobs, &[EXPORT], 1).await;
    assert_eq!(left.len(), 1);
    assert_ne!(left[0].account, Some(busy));
    assert!(claim(&jobs, &left[0], 1).await.is_some());
    jobs.release(first, done(), at(2)).await.unwrap();
    let next = due(&jobs, &[EXPORT], 2).await;
    assert_eq!(next[0].id, theirs[1].id);
}

#[rstest]
#[tokio::test]
async fn whoever_lost_a_job_writes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let id = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    let gone = NodeId::generate(&SystemEntropy);
    let seen = found(&jobs, id).await;
    let stale = jobs.claim(&seen, &gone, at(1)).await.unwrap().unwrap();
    let before = JobClaim {
        fence: Fence(stale.fence.0 - 1),
        ..stale
    };
    assert_eq!(jobs.abandon(&[before], at(2)).await.unwrap(), 0);
    assert_eq!(jobs.abandon(&[before, stale], at(2)).await.unwrap(), 1);
    assert_eq!(jobs.abandon(&[stale], at(2)).await.unwrap(), 0);
    // Already before someone else has it, and after that, too.
    for _ in 0..2 {
        let progress = Progress::from(5, Unit::Files, at(3));
        let payload = Payload("late".into());
        for late in [
            jobs.checkpoint(stale, &payload, Some(&progress)).await,
            jobs.tell_progress(stale, &progress).await,
            jobs.release(stale, Release::PutBack, at(3)).await,
            jobs.release(stale, done(), at(3)).await,
        ] {
            assert!(matches!(late, Err(StoreError::Fenced(_))), "{late:?}");
        }
        let job = found(&jobs, id).await;
        assert_eq!((job.payload, job.progress), (Payload::default(), None));
        if matches!(job.state, JobState::Queued { .. }) {
            // The attempt counts: its process ended while it was at it.
            assert_eq!(job.attempts, 1);
            claimed(&jobs, EXPORT, 3).await;
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_step_is_kept_and_attempts_count_anew(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let id = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    let retry = Release::Retry {
        at: at(5),
        cause: broken(),
    };
    let claim = claimed(&jobs, EXPORT, 1).await;
    jobs.release(claim, retry, at(2)).await.unwrap();
    let job = found(&jobs, id).await;
    assert_eq!(job.attempts, 1);
    assert_eq!(
        job.state,
        JobState::Waiting {
            until: at(5),
            reason: WaitReason::Retry,
            cause: Some(broken()),
        }
    );
    assert_eq!(due(&jobs, &[EXPORT], 4).await, []);
    let claim = claimed(&jobs, EXPORT, 5).await;
    assert_eq!(found(&jobs, id).await.attempts, 2);
    let progress = Progress::from(9, Unit::Messages, at(6)).of(Some(10));
    let payload = Payload("from 9".into());
    jobs.checkpoint(claim, &payload, Some(&progress))
        .await
        .unwrap();
    let job = found(&jobs, id).await;
    assert_eq!((job.attempts, job.payload), (1, payload));
    assert_eq!(job.progress, Some(progress.clone()));
    let further = progress.at(10, at(7)).beside(4_096, None, &Unit::Bytes);
    jobs.tell_progress(claim, &further).await.unwrap();
    assert_eq!(found(&jobs, id).await.progress, Some(further));
}

#[rstest]
#[tokio::test]
async fn parking_and_putting_back_are_no_attempts(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let id = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    for round in 0..5 {
        let now = 10 * round + 1;
        let claim = claimed(&jobs, EXPORT, now).await;
        let park = Release::Park {
            until: at(now + 5),
            reason: WaitReason::Flood,
        };
        jobs.release(claim, park, at(now)).await.unwrap();
        assert_eq!(due(&jobs, &[EXPORT], now + 4).await, []);
        let claim = claimed(&jobs, EXPORT, now + 5).await;
        jobs.release(claim, Release::PutBack, at(now + 6))
            .await
            .unwrap();
        let job = found(&jobs, id).await;
        assert_eq!(job.attempts, 0);
        assert_eq!(job.state, JobState::Queued { from: at(now + 6) });
    }
}

#[rstest]
#[case(Outcome::Done { report: "3 files".into() })]
#[case(Outcome::Incomplete { report: "2 files".into(), missing: 1 })]
#[case(Outcome::Failed(Cause { code: CauseCode::Other("quota".into()), detail: "full".into() }))]
#[case(Outcome::Cancelled { by: "owner".into() })]
#[tokio::test]
async fn every_outcome_comes_back_as_it_was(
    #[case] outcome: Outcome,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let id = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    let claim = claimed(&jobs, EXPORT, 1).await;
    let end = Release::End(outcome.clone());
    jobs.release(claim, end, at(2)).await.unwrap();
    let ended = JobState::Ended { outcome, at: at(2) };
    assert_eq!(found(&jobs, id).await.state, ended);
    assert_eq!(due(&jobs, &[EXPORT], 1_000).await, []);
    assert_eq!(jobs.running().await.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn a_job_that_waits_goes_on_at_once_for_whoever_may_want_that(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let theirs = JobAccess::Owner(owner(7));
    let id = jobs.enqueue(&of(7, EXPORT, 0)).await.unwrap().id;
    let claim = claimed(&jobs, EXPORT, 1).await;
    assert!(!jobs.hurry(id, &theirs, at(1)).await.unwrap());
    let park = Release::Park {
        until: at(86_400),
        reason: WaitReason::TakeoutDelay,
    };
    jobs.release(claim, park, at(2)).await.unwrap();
    let stranger = JobAccess::Owner(owner(8));
    assert!(!jobs.hurry(id, &stranger, at(3)).await.unwrap());
    assert_eq!(due(&jobs, &[EXPORT], 3).await, []);
    assert!(jobs.hurry(id, &theirs, at(3)).await.unwrap());
    assert!(!jobs.hurry(id, &theirs, at(3)).await.unwrap());
    claimed(&jobs, EXPORT, 3).await;
    let job = found(&jobs, id).await;
    assert_eq!((job.attempts, job.parks), (1, 0));
}

#[rstest]
#[tokio::test]
async fn a_job_is_cancelled_by_whoever_may(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let theirs = JobAccess::Owner(owner(7));
    let waits = jobs.enqueue(&of(7, EXPORT, 0)).await.unwrap().id;
    let of_another_tenant = Owner {
        tenant: "other".parse().unwrap(),
        ..owner(7)
    };
    for stranger in [
        JobAccess::Owner(owner(8)),
        JobAccess::Owner(of_another_tenant.clone()),
        JobAccess::Tenant(of_another_tenant.tenant),
    ] {
        let cancelled = jobs.cancel(waits, &stranger, "owner", at(1)).await.unwrap();
        assert_eq!(cancelled, Cancelling::NotFound);
        assert_eq!(jobs.find(waits, &stranger).await.unwrap(), None);
    }
    // One that waits, at once.
    let cancelled = jobs.cancel(waits, &theirs, "owner", at(1)).await.unwrap();
    assert_eq!(cancelled, Cancelling::Cancelled);
    let by = |by: &str| Outcome::Cancelled { by: by.into() };
    assert_eq!(
        found(&jobs, waits).await.state,
        JobState::Ended {
            outcome: by("owner"),
            at: at(1),
        }
    );
    let again = jobs.cancel(waits, &theirs, "owner", at(2)).await.unwrap();
    assert_eq!(again, Cancelling::Over);

    // One that runs is asked, and whoever is at it learns that.
    let runs = jobs.enqueue(&of(7, EXPORT, 3)).await.unwrap().id;
    let claim = claimed(&jobs, EXPORT, 3).await;
    for (access, by) in [(&theirs, "owner"), (&JobAccess::All, "operator")] {
        let cancelled = jobs.cancel(runs, access, by, at(4)).await.unwrap();
        assert_eq!(cancelled, Cancelling::Asked);
    }
    let running = jobs.running().await.unwrap();
    assert_eq!(running.len(), 1);
    assert_eq!(running[0].claim, claim);
    assert_eq!(running[0].cancel_by.as_deref(), Some("owner"));
    assert_eq!(
        found(&jobs, runs).await.state,
        JobState::Running { since: at(3) }
    );
}

#[rstest]
#[tokio::test]
async fn lists_show_what_one_may_see_page_by_page(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let mut ids = Vec::new();
    for seconds in 0..5 {
        let asked = of(7, EXPORT, seconds);
        ids.push(jobs.enqueue(&asked).await.unwrap().id);
    }
    jobs.enqueue(&of(8, TAGS, 9)).await.unwrap();
    jobs.enqueue(&job(TAGS, 9)).await.unwrap();
    ids.reverse();

    let mine = JobFilter::all(JobAccess::Owner(owner(7)));
    let first = jobs.list(&mine, Page::first(2)).await.unwrap();
    let of_page = |rows: &[Job]| rows.iter().map(|job| job.id).collect::<Vec<_>>();
    assert_eq!(of_page(&first.rows), ids[..2]);
    let after = |after| Page { after, limit: 2 };
    let second = jobs.list(&mine, after(first.next)).await.unwrap();
    assert_eq!(of_page(&second.rows), ids[2..4]);
    let last = jobs.list(&mine, after(second.next)).await.unwrap();
    assert_eq!(of_page(&last.rows), ids[4..]);
    assert_eq!(last.next, None);

    let count = async |filter: JobFilter| {
        let page = jobs.list(&filter, Page::first(100)).await.unwrap();
        page.rows.len()
    };
    let all = || JobFilter::all(JobAccess::All);
    assert_eq!(count(all()).await, 7);
    let tenant = JobAccess::Tenant(owner(1).tenant);
    assert_eq!(count(JobFilter::all(tenant)).await, 6);
    let tags = JobFilter {
        kinds: vec![TAGS],
        ..all()
    };
    assert_eq!(count(tags).await, 2);
    let running = JobFilter {
        statuses: vec![JobStatus::Running, JobStatus::Done],
        ..all()
    };
    assert_eq!(count(running).await, 0);
}
