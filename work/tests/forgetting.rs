//! What is forgotten when its time is over, beside upkeep that fails.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use sesame_domain::audit::Actor;
use sesame_domain::ids::{GrantId, NodeId, Owner};
use sesame_domain::ports::{
    AuditMaintenance, ExpiredSessions, Grant, KeyMaintenance, MaintenanceError, OnDone, OneTime,
    OneTimeKind, Schedules as _, SessionRetention,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::schedule::ScheduleRecord;
use sesame_domain::time::{Clock, ManualClock};
use sesame_store::{Coordination, Database, DatabaseSettings};
use sesame_work::{MaintenancePorts, Runner, RunnerPorts, Scheduler, SchedulerPorts, by_job, jobs};
use tempfile::TempDir;

/// Upkeep that fails, all of it.
struct Failing;

fn failure<T>() -> Result<T, MaintenanceError> {
    Err(MaintenanceError::new("out of order"))
}

#[async_trait]
impl KeyMaintenance for Failing {
    async fn rotate_if_older(
        &self,
        _: TimeDelta,
        _: Actor,
    ) -> Result<Option<i64>, MaintenanceError> {
        failure()
    }

    async fn rewrap(&self, _: Actor, _: OnDone<'_>) -> Result<u64, MaintenanceError> {
        failure()
    }
}

#[async_trait]
impl AuditMaintenance for Failing {
    async fn checkpoint(&self) -> Result<u64, MaintenanceError> {
        failure()
    }

    async fn prune(&self, _: TimeDelta, _: Actor) -> Result<u64, MaintenanceError> {
        failure()
    }
}

#[async_trait]
impl SessionRetention for Failing {
    async fn end_expired(&self, _: Actor) -> Result<ExpiredSessions, MaintenanceError> {
        failure()
    }
}

struct Fixture {
    database: Database,
    clock: Arc<ManualClock>,
    scheduler: Scheduler,
    runner: Runner,
    _folder: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::connect(&DatabaseSettings::file(folder.path().join("s.db")))
            .await
            .unwrap();
        database.migrate().await.unwrap();
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let coordination = Coordination::in_memory(clock.clone());
        let maintenance = jobs::maintenance(&MaintenancePorts {
            keys: Arc::new(Failing),
            key_max_age: Some(TimeDelta::days(1)),
            audit: Arc::new(Failing),
            audit_kept: Some(TimeDelta::days(1)),
            backups: None,
            retention: Arc::new(Failing),
            one_time: Arc::new(database.clone()),
            jobs: Arc::new(database.jobs()),
        });
        let node = NodeId::generate(&SystemEntropy);
        let scheduler = SchedulerPorts {
            schedules: Arc::new(database.schedules()),
            signals: coordination.signals(),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
        };
        let runner = RunnerPorts {
            queue: Arc::new(database.jobs()),
            leases: coordination.leases(),
            signals: coordination.signals(),
            clock: clock.clone(),
        };
        let kinds = maintenance.iter().map(|it| (it.kind(), it.every()));
        Self {
            scheduler: Scheduler::new(scheduler, node.clone(), kinds),
            runner: Runner::new(runner, node, by_job(&maintenance)),
            database,
            clock,
            _folder: folder,
        }
    }

    /// Has everything done that is due, and looks what came of one of it.
    async fn done(&self, kind: &str) -> ScheduleRecord {
        self.scheduler.look().await.unwrap();
        self.runner.beat().await;
        self.runner.look().await.unwrap();
        self.runner.idle().await;
        self.record(kind).await
    }

    async fn record(&self, kind: &str) -> ScheduleRecord {
        let rows = self.database.schedules().records().await.unwrap();
        let mut rows = rows.into_iter().map(Result::unwrap);
        rows.find(|it| it.kind.as_str() == kind).unwrap()
    }
}

#[tokio::test]
async fn what_works_once_is_forgotten_when_its_time_is_over() {
    let fixture = Fixture::new().await;
    let (now, kept) = (fixture.clock.now(), TimeDelta::hours(6));
    let grant = Grant {
        id: GrantId::generate(&SystemEntropy, now),
        at: now,
        until: now + kept,
    };
    let (kind, digest) = (OneTimeKind::InitData, [1; 32]);
    let owner = Owner::instance();
    let spent = fixture.database.spend(kind, digest, &owner, grant);
    spent.await.unwrap();
    let first = fixture.done("forget").await;
    assert_eq!(first.report, "0 links and tokens forgotten");
    fixture.clock.advance(kept);
    let second = fixture.done("forget").await;
    assert_eq!(second.report, "1 links and tokens forgotten");
    assert!(!fixture.database.is_spent(kind, digest).await.unwrap());
}

#[tokio::test]
async fn jobs_that_are_over_are_forgotten_after_two_weeks() {
    let fixture = Fixture::new().await;
    let first = fixture.done("forget_jobs").await;
    assert_eq!(first.report, "0 jobs forgotten");
    fixture
        .clock
        .advance(TimeDelta::days(14) + TimeDelta::hours(1));
    let second = fixture.done("forget_jobs").await;
    // Everything that was done the first time, this one as well.
    assert_eq!(second.report, "7 jobs forgotten");
}

#[tokio::test]
async fn what_fails_keeps_nothing_else_from_being_done() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.done("forget").await.failures, 0);
    for kind in [
        "rewrap",
        "checkpoint",
        "prune_audit",
        "retention",
        "rotate_key",
    ] {
        let record = fixture.record(kind).await;
        assert_eq!((record.failures, record.done_at), (1, None), "{kind}");
        assert_eq!(record.report, "out of order");
    }
}
