//! Jobs that someone asked to be cancelled while a node was at them.

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::job::{
    AttemptOutcome, Cancelling, Cause, JobAccess, JobState, Outcome, Release, WaitReason,
};
use sesame_domain::listing::Tenants;
use sesame_domain::ports::listing::JobListing as _;
use sesame_domain::ports::{JobQueue as _, Jobs as _};

use crate::backend::Backend;
use crate::jobs::{EXPORT, claimed, done, due, found, job};
use crate::make::at;

fn cancelled() -> Outcome {
    Outcome::Cancelled { by: "owner".into() }
}

fn park() -> Release {
    Release::Park {
        until: at(9),
        reason: WaitReason::Flood,
    }
}

fn retry() -> Release {
    Release::Retry {
        at: at(9),
        cause: Cause::failed("no such chat"),
    }
}

#[rstest]
#[case(Release::PutBack, None)]
#[case(park(), None)]
#[case(retry(), Some("no such chat"))]
#[case(Release::End(Outcome::Failed(Cause::failed("gone"))), Some("gone"))]
#[case(Release::End(Outcome::Cancelled { by: String::new() }), None)]
#[tokio::test]
async fn it_ends_whatever_its_step_stopped_for(
    #[case] release: Release,
    #[case] detail: Option<&str>,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let id = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    let claim = claimed(&jobs, EXPORT, 1).await;
    let asked = jobs.cancel(id, &JobAccess::All, "owner", at(2)).await;
    assert_eq!(asked.unwrap(), Cancelling::Asked);
    jobs.release(claim, release, at(3)).await.unwrap();
    let ended = JobState::Ended {
        outcome: cancelled(),
        at: at(3),
    };
    assert_eq!(found(&jobs, id).await.state, ended);
    assert_eq!(due(&jobs, &[EXPORT], 1_000).await, []);
    // What went wrong is still told of the attempt.
    let attempts = store.db.listing().job_attempts(id, &Tenants::All).await;
    let end = attempts.unwrap().remove(0).end.unwrap();
    assert_eq!(end.outcome, AttemptOutcome::Cancelled);
    let told = end.cause.map(|cause| cause.detail);
    assert_eq!(told.as_deref(), detail);
}

#[rstest]
#[tokio::test]
async fn what_was_done_all_the_same_is_done(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let id = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    let claim = claimed(&jobs, EXPORT, 1).await;
    let asked = jobs.cancel(id, &JobAccess::All, "owner", at(2)).await;
    assert_eq!(asked.unwrap(), Cancelling::Asked);
    jobs.release(claim, done(), at(3)).await.unwrap();
    assert_eq!(found(&jobs, id).await.state.name(), "done");
}

#[rstest]
#[tokio::test]
async fn it_ends_when_its_node_is_found_dead(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let id = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    let claim = claimed(&jobs, EXPORT, 1).await;
    let asked = jobs.cancel(id, &JobAccess::All, "owner", at(2)).await;
    assert_eq!(asked.unwrap(), Cancelling::Asked);
    // By two nodes that both found out: it ends once.
    for taken in [1, 0] {
        assert_eq!(jobs.abandon(&[claim], at(3)).await.unwrap(), taken);
    }
    let ended = JobState::Ended {
        outcome: cancelled(),
        at: at(3),
    };
    assert_eq!(found(&jobs, id).await.state, ended);
    let attempts = store.db.listing().job_attempts(id, &Tenants::All).await;
    let end = attempts.unwrap().remove(0).end.unwrap();
    assert_eq!(end.outcome, AttemptOutcome::Abandoned);
    // The node that was thought dead writes nothing.
    assert!(jobs.release(claim, park(), at(4)).await.is_err());
}

/// Who asks at the moment at which the job is let go of is neither told that it was
/// over, nor asks in vain.
#[rstest]
#[tokio::test]
async fn who_asks_while_it_is_let_go_of_is_heard(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    for round in 0..40 {
        let now = at(0) + TimeDelta::seconds(20 * round);
        let seconds = 20 * round;
        let id = jobs.enqueue(&job(EXPORT, seconds)).await.unwrap().id;
        let claim = claimed(&jobs, EXPORT, seconds).await;
        let release = match round % 3 {
            0 => Release::PutBack,
            1 => park(),
            _ => retry(),
        };
        let (asked, released) = tokio::join!(
            jobs.cancel(id, &JobAccess::All, "owner", now),
            jobs.release(claim, release, now),
        );
        released.unwrap();
        assert_ne!(asked.unwrap(), Cancelling::Over, "round {round}");
        assert_eq!(found(&jobs, id).await.state.name(), "cancelled");
    }
}
