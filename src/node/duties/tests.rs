//! Duties over a real database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::bail;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use sesame_domain::duty::{Duty, DutyRecord};
use sesame_domain::ids::{GrantId, NodeId, Owner};
use sesame_domain::ports::{Duties, Grant, OneTime, OneTimeKind};
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::{Clock, ManualClock};
use sesame_store::{Coordination, CoordinationSettings, Database, DatabaseSettings};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::round::{Round, Task, Work};
use super::works::Forget;
use crate::node::supervisor::TaskSupervisor;

const EVERY: TimeDelta = TimeDelta::hours(6);
const SOON: TimeDelta = TimeDelta::seconds(1);

struct Scene {
    database: Database,
    coordination: Coordination,
    clock: Arc<ManualClock>,
    done: Arc<AtomicU32>,
    broken: Arc<AtomicU32>,
    _folder: TempDir,
}

struct Counted {
    done: Arc<AtomicU32>,
    /// How many more runs fail.
    broken: Arc<AtomicU32>,
    panics: bool,
}

#[async_trait]
impl Work for Counted {
    async fn run(&self) -> anyhow::Result<String> {
        let breaks = self
            .broken
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        if breaks.is_ok() {
            bail!("out of order");
        }
        assert!(!self.panics, "as ordered");
        let run = self.done.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(format!("run {run}"))
    }
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::connect(&DatabaseSettings::file(folder.path().join("s.db")))
            .await
            .unwrap();
        database.migrate().await.unwrap();
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let settings = CoordinationSettings::memory();
        let supervisor = supervisor(&TaskTracker::new(), &CancellationToken::new());
        let coordination = Coordination::connect(&settings, clock.clone(), &supervisor)
            .await
            .unwrap();
        Self {
            database,
            coordination,
            clock,
            done: Arc::default(),
            broken: Arc::default(),
            _folder: folder,
        }
    }

    /// A node of its own.
    fn node(&self) -> Round {
        Round {
            node: NodeId::generate(&SystemEntropy),
            duties: Arc::new(self.database.clone()),
            leases: self.coordination.leases(),
            clock: self.clock.clone(),
        }
    }

    fn task(&self) -> Task {
        Task {
            duty: Duty::Backup,
            every: EVERY,
            work: Box::new(Counted {
                done: Arc::clone(&self.done),
                broken: Arc::clone(&self.broken),
                panics: false,
            }),
        }
    }

    /// Has a node look once.
    async fn look(&self, round: &Round) {
        round.look(&self.task()).await.unwrap();
    }

    fn done(&self) -> u32 {
        self.done.load(Ordering::SeqCst)
    }

    async fn record(&self) -> DutyRecord {
        self.database.records().await.unwrap().remove(0)
    }
}

fn supervisor(tasks: &TaskTracker, stop: &CancellationToken) -> TaskSupervisor {
    TaskSupervisor::over(tasks.clone(), stop.clone())
}

#[tokio::test]
async fn a_duty_is_done_once_in_its_time_by_whichever_node() {
    let scene = Scene::new().await;
    let (one, two) = (scene.node(), scene.node());
    scene.look(&one).await;
    scene.look(&two).await;
    scene.look(&one).await;
    assert_eq!(scene.done(), 1);
    assert_eq!(scene.record().await.report, "run 1");

    scene.clock.advance(EVERY);
    scene.look(&two).await;
    assert_eq!(scene.done(), 1);
    scene.clock.advance(SOON);
    scene.look(&two).await;
    scene.look(&one).await;
    assert_eq!(scene.done(), 2);
}

#[tokio::test]
async fn a_failed_duty_is_tried_again_soon_and_then_less_and_less_often() {
    let scene = Scene::new().await;
    let node = scene.node();
    scene.broken.store(2, Ordering::SeqCst);
    scene.look(&node).await;
    let record = scene.record().await;
    assert_eq!(
        (record.failures, record.report.as_str()),
        (1, "out of order")
    );
    assert_eq!(record.done_at, None);

    scene.look(&node).await;
    assert_eq!(scene.record().await.failures, 1);
    scene.clock.advance(TimeDelta::minutes(1) + SOON);
    scene.look(&node).await;
    assert_eq!(scene.record().await.failures, 2);
    scene.clock.advance(TimeDelta::minutes(1) + SOON);
    scene.look(&node).await;
    assert_eq!(scene.done(), 0);
    scene.clock.advance(TimeDelta::minutes(1) + SOON);
    scene.look(&node).await;
    assert_eq!(scene.done(), 1);
    assert_eq!(scene.record().await.failures, 0);
}

#[tokio::test]
async fn a_duty_that_panics_has_failed_and_is_tried_again() {
    let scene = Scene::new().await;
    let node = scene.node();
    let task = Task {
        work: Box::new(Counted {
            done: Arc::clone(&scene.done),
            broken: Arc::default(),
            panics: true,
        }),
        ..scene.task()
    };
    node.look(&task).await.unwrap();
    let record = scene.record().await;
    assert_eq!(
        (record.failures, record.report.as_str()),
        (1, "it panicked")
    );
    scene.clock.advance(TimeDelta::minutes(1) + SOON);
    scene.look(&node).await;
    assert_eq!(scene.done(), 1);
    assert_eq!(scene.record().await.failures, 0);
}

#[tokio::test]
async fn a_duty_whose_node_died_is_taken_over() {
    let scene = Scene::new().await;
    let died = NodeId::generate(&SystemEntropy);
    let start = DateTime::UNIX_EPOCH;
    scene
        .database
        .begin(Duty::Backup, &died, start, start)
        .await
        .unwrap()
        .unwrap();
    let node = scene.node();
    scene.look(&node).await;
    assert_eq!(scene.done(), 0);
    scene.clock.advance(TimeDelta::minutes(5) + SOON);
    scene.look(&node).await;
    assert_eq!(scene.done(), 1);
}

#[tokio::test]
async fn a_duty_that_was_done_in_the_future_is_due() {
    let scene = Scene::new().await;
    let node = scene.node();
    let year = TimeDelta::days(365);
    scene.clock.advance(year);
    scene.look(&node).await;
    scene.clock.advance(-year);
    scene.look(&node).await;
    assert_eq!(scene.done(), 2);
    // It is as usual from then on.
    scene.look(&node).await;
    assert_eq!(scene.done(), 2);
    scene.clock.advance(EVERY + SOON);
    scene.look(&node).await;
    assert_eq!(scene.done(), 3);
}

#[tokio::test]
async fn a_duty_whose_end_lies_in_the_future_is_done_again() {
    let scene = Scene::new().await;
    let node = scene.node();
    let start = DateTime::UNIX_EPOCH;
    let fence = scene
        .database
        .begin(Duty::Backup, &node.node, start, start)
        .await
        .unwrap()
        .unwrap();
    let ahead = start + TimeDelta::days(365);
    scene
        .database
        .failed(Duty::Backup, fence, ahead, "a clock was wrong")
        .await
        .unwrap();
    scene.clock.advance(TimeDelta::minutes(5) + SOON);
    scene.look(&node).await;
    assert_eq!(scene.done(), 1);
}

#[tokio::test]
async fn a_duty_that_is_under_way_elsewhere_is_left_alone() {
    let scene = Scene::new().await;
    let (one, two) = (scene.node(), scene.node());
    let lease = one
        .leases
        .acquire(
            sesame_domain::ports::LeaseKey::Task(Duty::Backup.as_str()),
            &one.node,
            std::time::Duration::from_secs(30),
        )
        .await
        .unwrap()
        .unwrap();
    scene.look(&two).await;
    assert_eq!(scene.done(), 0);
    one.leases.release(&lease).await.unwrap();
    scene.look(&two).await;
    assert_eq!(scene.done(), 1);
}

#[tokio::test]
async fn duties_end_with_the_stop() {
    let scene = Scene::new().await;
    let node = scene.node();
    let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
    node.start(vec![scene.task()], &supervisor(&tracker, &stop));
    while scene.done() == 0 {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    tracker.close();
    tracker.wait().await;
}

#[tokio::test]
async fn what_works_once_is_forgotten_when_its_time_is_over() {
    let scene = Scene::new().await;
    let now = scene.clock.now();
    let grant = Grant {
        id: GrantId::generate(&SystemEntropy, now),
        at: now,
        until: now + EVERY,
    };
    let (kind, digest) = (OneTimeKind::InitData, [1; 32]);
    let owner = Owner::instance();
    let spent = scene.database.spend(kind, digest, &owner, grant);
    spent.await.unwrap();
    let forget = Forget {
        one_time: Arc::new(scene.database.clone()),
        clock: scene.clock.clone(),
    };
    let said = async || forget.run().await.unwrap();
    assert_eq!(said().await, "0 links and tokens forgotten");
    scene.clock.advance(EVERY);
    assert_eq!(said().await, "1 links and tokens forgotten");
    assert!(!scene.database.is_spent(kind, digest).await.unwrap());
}
