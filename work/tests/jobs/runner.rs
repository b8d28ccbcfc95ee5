//! The runner.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use sesame_domain::ids::{JobId, NodeId};
use sesame_domain::job::{
    Cancelling, Cause, CauseCode, JobAccess, JobKind, JobState, NewJob, Outcome, Payload,
    WaitReason,
};
use sesame_domain::ports::{JobQueue as _, Jobs as _};
use sesame_domain::progress::Unit;
use sesame_domain::random::SystemEntropy;
use sesame_work::Stopped;

use crate::counting::{Act, COUNTING, Fixture};
use crate::stores::TestRunner;

fn cause() -> Cause {
    Cause::failed("out of order")
}

#[tokio::test]
async fn a_job_is_done_once_by_whichever_node() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    let id = fixture.enqueue("a").await;
    one.look().await;
    two.look().await;
    one.runner.idle().await;
    two.runner.idle().await;
    assert_eq!(fixture.steps(), [0]);
    let state = fixture.job(id).await.state;
    let report = "1 steps".to_owned();
    assert!(
        matches!(&state, JobState::Ended { outcome: Outcome::Done { report: it }, .. } if *it == report),
        "{state:?}"
    );
}

#[tokio::test]
async fn failures_are_tried_again_less_and_less_often_until_a_bound() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    fixture.acts([0; 9].map(|_| Act::End(Stopped::Retry(cause()))));
    let id = fixture.enqueue("a").await;
    for seconds in [10, 20, 40, 80] {
        node.look().await;
        let until = fixture.now() + TimeDelta::seconds(seconds);
        let waiting = JobState::Waiting {
            until,
            reason: WaitReason::Retry,
            cause: Some(cause()),
        };
        assert_eq!(fixture.job(id).await.state, waiting);
        fixture.advance(seconds - 1);
        node.look().await;
        assert_eq!(fixture.job(id).await.state, waiting);
        fixture.advance(1);
    }
    node.look().await;
    assert_eq!(fixture.outcome(id).await, Outcome::Failed(cause()));
    assert_eq!(fixture.begun(), 5);
}

#[tokio::test]
async fn a_flood_parks_a_job_and_is_no_attempt() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let park = |fixture: &Fixture| Stopped::Park {
        until: fixture.now() + TimeDelta::hours(1),
        reason: WaitReason::Flood,
    };
    let id = fixture.enqueue("a").await;
    for _ in 0..9 {
        fixture.acts([Act::Step, Act::End(park(&fixture))]);
        node.look().await;
        assert_eq!(fixture.job(id).await.attempts, 0);
        node.look().await;
        fixture.advance(3600);
    }
    // It went on where it stopped.
    assert_eq!(fixture.begun(), 9);
    node.look().await;
    let done = Outcome::Done {
        report: "10 steps".to_owned(),
    };
    assert_eq!(fixture.outcome(id).await, done);
    assert_eq!(fixture.steps(), (0..10).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_takes_its_process_down_ends_after_a_bound() {
    let fixture = Fixture::new().await;
    let id = fixture.enqueue("a").await;
    for _ in 0..5 {
        // A process that is gone: it claimed the job and was never heard of.
        let gone = NodeId::generate(&SystemEntropy);
        let seen = fixture.job(id).await;
        let claim = fixture.jobs().claim(&seen, &gone, fixture.now()).await;
        let claim = claim.unwrap().unwrap();
        let put_back = fixture.jobs().abandon(&[claim], fixture.now()).await;
        assert_eq!(put_back.unwrap(), 1);
    }
    fixture.node().look().await;
    let outcome = fixture.outcome(id).await;
    let Outcome::Failed(cause) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(cause.code, CauseCode::Died);
    assert_eq!(fixture.begun(), 0);
}

#[tokio::test]
async fn a_panic_is_a_failure_of_its_job_alone() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    fixture.acts([Act::Panic]);
    let first = fixture.enqueue("a").await;
    node.look().await;
    let second = fixture.enqueue("b").await;
    node.look().await;
    let state = fixture.job(first).await.state;
    let JobState::Waiting { cause, .. } = &state else {
        panic!("{state:?}")
    };
    assert_eq!(cause.as_ref().unwrap().code, CauseCode::Panicked);
    assert!(matches!(
        fixture.outcome(second).await,
        Outcome::Done { .. }
    ));
}

#[tokio::test]
async fn jobs_of_a_node_that_died_go_on_elsewhere_from_their_last_step() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    fixture.acts([Act::Step, Act::Step, Act::Hang]);
    let id = fixture.enqueue("a").await;
    one.begin().await;
    fixture.hangs().await;
    assert_eq!(fixture.steps(), [0, 1]);
    // Alive, it keeps its job.
    two.begin().await;
    assert_eq!(fixture.begun(), 1);
    fixture.advance(5);
    two.begin().await;
    two.runner.idle().await;
    assert_eq!(fixture.steps(), [0, 1, 2]);
    assert!(matches!(fixture.outcome(id).await, Outcome::Done { .. }));
    // The first one comes back, and stops.
    one.look().await;
    assert_eq!(fixture.steps(), [0, 1, 2]);
}

#[tokio::test]
async fn a_stale_runner_writes_nothing() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    fixture.acts([Act::Hang, Act::Hang]);
    let id = fixture.enqueue("a").await;
    one.begin().await;
    fixture.hangs().await;
    fixture.advance(5);
    two.begin().await;
    fixture.hangs().await;
    assert_eq!(fixture.begun(), 2);
    // Both go on with their step; what the first one did is refused.
    fixture.go_on.notify_waiters();
    one.runner.idle().await;
    two.runner.idle().await;
    let done = Outcome::Done {
        report: "2 steps".to_owned(),
    };
    assert_eq!(fixture.outcome(id).await, done);
    assert_eq!(fixture.finished.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_cancelled_job_ends_between_steps() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    fixture.acts([Act::Step, Act::Hang, Act::Step, Act::Step]);
    let id = fixture.enqueue("a").await;
    node.begin().await;
    fixture.hangs().await;
    let by = JobAccess::All;
    let asked = fixture
        .jobs()
        .cancel(id, &by, "operator", fixture.now())
        .await;
    assert_eq!(asked.unwrap(), Cancelling::Asked);
    node.begin().await;
    // The step that it is at is finished, and kept.
    fixture.go_on.notify_waiters();
    node.runner.idle().await;
    let cancelled = Outcome::Cancelled {
        by: "operator".to_owned(),
    };
    assert_eq!(fixture.outcome(id).await, cancelled);
    assert_eq!(fixture.steps(), [0, 1]);
    assert_eq!(fixture.job(id).await.payload.0, "2");
}

#[tokio::test]
async fn who_is_cancelled_while_its_node_dies_is_not_begun_again() {
    let fixture = Fixture::new().await;
    fixture.acts([Act::Hang]);
    let id = fixture.enqueue("a").await;
    let one = fixture.node();
    one.begin().await;
    fixture.hangs().await;
    let by = JobAccess::All;
    let asked = fixture
        .jobs()
        .cancel(id, &by, "operator", fixture.now())
        .await;
    assert_eq!(asked.unwrap(), Cancelling::Asked);
    fixture.advance(5);
    fixture.node().look().await;
    assert!(matches!(
        fixture.outcome(id).await,
        Outcome::Cancelled { .. }
    ));
    assert_eq!(fixture.begun(), 1);
}

/// A job that was asked to be cancelled while its step was under way.
async fn cancelled_while_it_hangs(fixture: &Fixture, node: &TestRunner, act: Act) -> JobId {
    fixture.acts([act]);
    let id = fixture.enqueue("a").await;
    node.begin().await;
    fixture.hangs().await;
    let asked = fixture
        .jobs()
        .cancel(id, &JobAccess::All, "operator", fixture.now())
        .await;
    assert_eq!(asked.unwrap(), Cancelling::Asked);
    id
}

#[tokio::test]
async fn who_is_cancelled_does_not_go_on_whatever_its_step_ends_in() {
    let park = Stopped::Park {
        until: chrono::DateTime::UNIX_EPOCH,
        reason: WaitReason::Flood,
    };
    // Whether the runner heard of it before the step ended, or not.
    for heard in [true, false] {
        for stopped in [
            Stopped::Retry(cause()),
            park.clone(),
            Stopped::Failed(cause()),
        ] {
            let fixture = Fixture::new().await;
            let node = fixture.node();
            let act = Act::HangAndEnd(stopped.clone());
            let id = cancelled_while_it_hangs(&fixture, &node, act).await;
            if heard {
                node.begin().await;
            }
            fixture.go_on.notify_waiters();
            node.runner.idle().await;
            let by = "operator".to_owned();
            let cancelled = Outcome::Cancelled { by };
            assert_eq!(fixture.outcome(id).await, cancelled, "{heard} {stopped:?}");
        }
    }
}

#[tokio::test]
async fn who_is_cancelled_while_its_node_stops_or_is_lost_ends() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let stops = cancelled_while_it_hangs(&fixture, &node, Act::Hang).await;
    node.runner.stop().await;
    assert!(matches!(
        fixture.outcome(stops).await,
        Outcome::Cancelled { .. }
    ));
    let node = fixture.node();
    let loses = cancelled_while_it_hangs(&fixture, &node, Act::Hang).await;
    // Its own lease lapsed meanwhile: what it was at is broken off.
    fixture.advance(5);
    node.look().await;
    node.look().await;
    assert!(matches!(
        fixture.outcome(loses).await,
        Outcome::Cancelled { .. }
    ));
    assert_eq!(fixture.begun(), 2);
}

#[tokio::test]
async fn a_stop_puts_jobs_back_at_once_and_is_no_attempt() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    fixture.acts([Act::Step, Act::Hang]);
    let id = fixture.enqueue("a").await;
    one.begin().await;
    fixture.hangs().await;
    one.runner.stop().await;
    let job = fixture.job(id).await;
    assert!(matches!(job.state, JobState::Queued { .. }), "{job:?}");
    assert_eq!((job.attempts, job.payload.0.as_str()), (0, "1"));
    two.look().await;
    assert!(matches!(fixture.outcome(id).await, Outcome::Done { .. }));
}

#[tokio::test]
async fn a_stop_also_puts_back_what_was_claimed_and_not_begun() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let id = fixture.enqueue("a").await;
    let seen = fixture.job(id).await;
    let claim = fixture
        .jobs()
        .claim(&seen, node.runner.node(), fixture.now())
        .await;
    assert!(claim.unwrap().is_some());
    node.runner.stop().await;
    let job = fixture.job(id).await;
    assert!(matches!(job.state, JobState::Queued { .. }), "{job:?}");
    assert_eq!(job.attempts, 0);
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_put_back() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let id = fixture.enqueue("a").await;
    let seen = fixture.job(id).await;
    let claim = fixture
        .jobs()
        .claim(&seen, node.runner.node(), fixture.now())
        .await;
    assert!(claim.unwrap().is_some());
    node.look().await;
    assert!(matches!(fixture.outcome(id).await, Outcome::Done { .. }));
    assert_eq!(fixture.begun(), 1);
}

#[tokio::test]
async fn who_lost_its_lease_breaks_off_and_puts_back() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    fixture.acts([Act::Hang]);
    let id = fixture.enqueue("a").await;
    node.begin().await;
    fixture.hangs().await;
    fixture.advance(5);
    // No one took over, and no one else is there.
    node.look().await;
    node.look().await;
    assert!(matches!(fixture.outcome(id).await, Outcome::Done { .. }));
    assert_eq!(fixture.begun(), 2);
}

#[tokio::test]
async fn a_node_does_so_many_at_once_and_then_the_rest() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    fixture.acts([0; 4].map(|_| Act::Hang));
    for name in ["a", "b", "c", "d", "e", "f"] {
        fixture.enqueue(name).await;
    }
    node.begin().await;
    for _ in 0..4 {
        fixture.hangs().await;
    }
    node.begin().await;
    assert_eq!(fixture.begun(), 4);
    fixture.go_on.notify_waiters();
    node.runner.idle().await;
    node.look().await;
    assert_eq!(fixture.begun(), 6);
}

#[tokio::test]
async fn kinds_and_payloads_of_a_newer_program_are_left_alone() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let newer = JobKind::named("newer");
    let unknown = NewJob::new(fixture.id(), newer, fixture.now());
    fixture.jobs().enqueue(&unknown).await.unwrap();
    // More than are read in one go, and longer due than the one behind them.
    let mut unreadable = Vec::new();
    for _ in 0..100 {
        let job = NewJob {
            payload: Payload("{\"of\":\"a newer program\"}".to_owned()),
            ..NewJob::new(fixture.id(), COUNTING, fixture.now())
        };
        unreadable.push(fixture.jobs().enqueue(&job).await.unwrap().id);
    }
    fixture.advance(1);
    let ours = fixture.enqueue("a").await;
    let before = fixture.job(unreadable[0]).await;
    for _ in 0..3 {
        node.look().await;
    }
    assert!(matches!(fixture.outcome(ours).await, Outcome::Done { .. }));
    for id in [unknown.id, unreadable[0], unreadable[99]] {
        let job = fixture.job(id).await;
        assert_eq!((job.attempts, job.fence.0), (0, 0));
        assert!(matches!(job.state, JobState::Queued { .. }));
    }
    assert_eq!(fixture.job(unreadable[0]).await, before);
    let waiting = fixture.jobs().waiting().await.unwrap();
    let counts: Vec<_> = waiting
        .iter()
        .map(|it| (it.kind.as_str(), it.count))
        .collect();
    assert_eq!(counts, [("counting", 100), ("newer", 1)]);
}

#[tokio::test]
async fn progress_is_in_the_row_while_a_job_runs() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    fixture.acts([Act::Step, Act::Hang]);
    let id = fixture.enqueue("a").await;
    node.begin().await;
    fixture.hangs().await;
    node.begin().await;
    let progress = fixture.job(id).await.progress.unwrap();
    assert_eq!((progress.done, progress.total), (1, Some(10)));
    node.runner.stop().await;
}

#[tokio::test]
async fn what_is_over_says_where_it_stopped() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let failed = Stopped::Failed(Cause::failed("no more"));
    fixture.acts([Act::Step, Act::Tell(7), Act::End(failed)]);
    let id = fixture.enqueue("a").await;
    node.look().await;
    let progress = fixture.job(id).await.progress.unwrap();
    assert_eq!(progress.done, 7);
    let bytes = progress.count(&Unit::Bytes).unwrap();
    assert_eq!((bytes.done, bytes.total), (700, None));
}
