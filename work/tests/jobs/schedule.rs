//! What is done again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::ids::NodeId;
use sesame_domain::job::{JobKind, NewJob};
use sesame_domain::ports::{JobQueue as _, Jobs as _, MaintenanceError, Schedules as _};
use sesame_domain::random::SystemEntropy;
use sesame_domain::schedule::{Every, ScheduleRecord};
use sesame_store::{JobRows, ScheduleRows};
use sesame_work::{JobRun, Maintenance, MaintenanceFailure, Scheduler, by_job};
use tokio_util::sync::CancellationToken;

use crate::stores::{Stores, TestRunner, tenant};

const EVERY: TimeDelta = TimeDelta::hours(6);
const SOON: TimeDelta = TimeDelta::seconds(1);

struct Fixture {
    stores: Stores,
    done: Arc<AtomicU32>,
    broken: Arc<AtomicU32>,
}

#[derive(Clone)]
struct Counted {
    done: Arc<AtomicU32>,
    /// How many more runs fail.
    broken: Arc<AtomicU32>,
}

#[async_trait]
impl Maintenance for Counted {
    fn kind(&self) -> JobKind {
        JobKind::BACKUP
    }

    fn every(&self) -> Every {
        Every::exactly(EVERY)
    }

    async fn run(&self, _run: &JobRun) -> Result<String, MaintenanceFailure> {
        let breaks = self
            .broken
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        if breaks.is_ok() {
            return Err(MaintenanceError::new("out of order").into());
        }
        let run = self.done.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(format!("run {run}"))
    }
}

/// A node of its own.
struct Node {
    id: NodeId,
    scheduler: Scheduler,
    runner: TestRunner,
}

impl Fixture {
    async fn new() -> Self {
        Self {
            stores: Stores::new().await,
            done: Arc::default(),
            broken: Arc::default(),
        }
    }

    fn schedules(&self) -> ScheduleRows {
        self.stores.database.schedules()
    }

    fn jobs(&self) -> JobRows {
        self.stores.database.jobs()
    }

    fn node(&self) -> Node {
        let counted: Arc<dyn Maintenance> = Arc::new(Counted {
            done: Arc::clone(&self.done),
            broken: Arc::clone(&self.broken),
        });
        let kinds = [(counted.kind(), counted.every())];
        let runner = self.stores.runner(by_job(&[counted]));
        let id = runner.runner.node().clone();
        Node {
            scheduler: Scheduler::new(self.stores.scheduler_ports(), id.clone(), kinds),
            runner,
            id,
        }
    }

    /// Has a node look once, and do what is to be done.
    async fn look(&self, node: &Node) {
        node.scheduler.look().await.unwrap();
        node.runner.look().await;
    }

    fn done(&self) -> u32 {
        self.done.load(Ordering::SeqCst)
    }

    async fn record(&self) -> ScheduleRecord {
        let mut rows = self.schedules().records().await.unwrap();
        rows.remove(0).unwrap()
    }
}

#[tokio::test]
async fn it_is_done_once_in_its_time_by_whichever_node() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    fixture.look(&one).await;
    fixture.look(&two).await;
    fixture.look(&one).await;
    assert_eq!(fixture.done(), 1);
    assert_eq!(fixture.record().await.report, "run 1");

    fixture.stores.clock.advance(EVERY);
    fixture.look(&two).await;
    assert_eq!(fixture.done(), 1);
    fixture.stores.clock.advance(SOON);
    fixture.look(&two).await;
    fixture.look(&one).await;
    assert_eq!(fixture.done(), 2);
}

#[tokio::test]
async fn what_failed_is_tried_again_soon_and_then_less_and_less_often() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    fixture.broken.store(2, Ordering::SeqCst);
    fixture.look(&node).await;
    let record = fixture.record().await;
    assert_eq!(
        (record.failures, record.report.as_str()),
        (1, "out of order")
    );
    assert_eq!(record.done_at, None);

    fixture.look(&node).await;
    assert_eq!(fixture.record().await.failures, 1);
    fixture.stores.clock.advance(TimeDelta::minutes(1) + SOON);
    fixture.look(&node).await;
    assert_eq!(fixture.record().await.failures, 2);
    fixture.stores.clock.advance(TimeDelta::minutes(1) + SOON);
    fixture.look(&node).await;
    assert_eq!(fixture.done(), 0);
    fixture.stores.clock.advance(TimeDelta::minutes(1) + SOON);
    fixture.look(&node).await;
    assert_eq!(fixture.done(), 1);
    assert_eq!(fixture.record().await.failures, 0);
}

#[tokio::test]
async fn what_a_command_began_and_left_is_done_after_a_while() {
    let fixture = Fixture::new().await;
    let died = NodeId::generate(&SystemEntropy);
    let start = fixture.stores.now();
    let begun = fixture
        .schedules()
        .begin(&JobKind::BACKUP, &died, start, start)
        .await;
    begun.unwrap().unwrap();
    let node = fixture.node();
    fixture.look(&node).await;
    assert_eq!(fixture.done(), 0);
    fixture.stores.clock.advance(TimeDelta::minutes(5) + SOON);
    fixture.look(&node).await;
    assert_eq!(fixture.done(), 1);
}

#[tokio::test]
async fn what_was_done_in_the_future_is_due() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let year = TimeDelta::days(365);
    fixture.stores.clock.advance(year);
    fixture.look(&node).await;
    fixture.stores.clock.advance(-year);
    fixture.look(&node).await;
    assert_eq!(fixture.done(), 2);
    // It is as usual from then on.
    fixture.look(&node).await;
    assert_eq!(fixture.done(), 2);
    fixture.stores.clock.advance(EVERY + SOON);
    fixture.look(&node).await;
    assert_eq!(fixture.done(), 3);
}

#[tokio::test]
async fn what_ended_in_the_future_is_done_again() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (start, schedules) = (fixture.stores.now(), fixture.schedules());
    let fence = schedules
        .begin(&JobKind::BACKUP, &node.id, start, start)
        .await
        .unwrap()
        .unwrap();
    let ahead = start + TimeDelta::days(365);
    schedules
        .failed(&JobKind::BACKUP, fence, ahead, "a clock was wrong")
        .await
        .unwrap();
    fixture.stores.clock.advance(TimeDelta::minutes(5) + SOON);
    fixture.look(&node).await;
    assert_eq!(fixture.done(), 1);
}

#[tokio::test]
async fn what_is_under_way_elsewhere_is_left_alone() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    one.scheduler.look().await.unwrap();
    one.runner.heartbeat.beat().await.unwrap();
    let due = [sesame_domain::ports::DueJobs {
        kind: JobKind::BACKUP,
        skip: 0,
        limit: 1,
    }];
    let row = fixture
        .jobs()
        .due(&tenant(), &due, fixture.stores.now())
        .await;
    let job = row.unwrap().remove(0).job.unwrap();
    let now = fixture.stores.now();
    let claim = fixture.jobs().claim(&job, &one.id, now).await.unwrap();
    fixture.look(&two).await;
    assert_eq!(fixture.done(), 0);
    let put_back = sesame_domain::job::Release::PutBack;
    let jobs = fixture.jobs();
    jobs.release(claim.unwrap(), put_back, now).await.unwrap();
    fixture.look(&two).await;
    assert_eq!(fixture.done(), 1);
}

#[tokio::test]
async fn a_job_of_a_node_that_died_is_done_elsewhere_at_once() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    one.scheduler.look().await.unwrap();
    // It said that it is at work, claimed the job and was never heard of again.
    one.runner.heartbeat.beat().await.unwrap();
    let due = [sesame_domain::ports::DueJobs {
        kind: JobKind::BACKUP,
        skip: 0,
        limit: 1,
    }];
    let now = fixture.stores.now();
    let rows = fixture.jobs().due(&tenant(), &due, now).await.unwrap();
    let job = rows[0].job.clone().unwrap();
    let claim = fixture.jobs().claim(&job, &one.id, now).await.unwrap();
    assert!(claim.is_some());
    fixture.stores.clock.advance(TimeDelta::seconds(5));
    fixture.look(&two).await;
    assert_eq!(fixture.done(), 1);
    assert_eq!(fixture.record().await.report, "run 1");
}

#[tokio::test]
async fn the_loops_do_what_is_due_and_end_with_the_stop() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    node.runner.heartbeat.beat().await.unwrap();
    let stop = CancellationToken::new();
    let done = async {
        while fixture.done() == 0 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    tokio::join!(
        node.scheduler.run(stop.clone()),
        node.runner.runner.run(stop.clone()),
        done
    );
}

#[tokio::test]
async fn whoever_asks_for_it_by_hand_gets_the_one_that_is_under_way() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    node.scheduler.look().await.unwrap();
    let now = fixture.stores.now();
    let by_hand = NewJob {
        unique: Some("schedule".to_owned()),
        ..NewJob::new(
            sesame_domain::ids::JobId::generate(&SystemEntropy, now),
            JobKind::BACKUP,
            now,
        )
    };
    assert!(!fixture.jobs().enqueue(&by_hand).await.unwrap().is_new);
    fixture.look(&node).await;
    assert_eq!(fixture.done(), 1);
}
