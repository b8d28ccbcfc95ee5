//! What is forgotten when its time is over, beside upkeep that fails.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::audit::Actor;
use sesame_domain::check_pace::CheckPace;
use sesame_domain::ids::{AccountId, GrantId, Owner};
use sesame_domain::ports::{
    AccountChecks, AccountsChecked, AuditMaintenance, AuditsVerified, ExpiredSessions, Grant,
    KeyMaintenance, MaintenanceError, OnDone, OneTime, OneTimeKind, Schedules as _,
    SessionRetention, SloCount, SloCounts as _,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::schedule::ScheduleRecord;
use sesame_domain::slo::{Counted, Slo};
use sesame_work::{MaintenancePorts, Scheduler, by_job, jobs};

use crate::stores::{Stores, TestRunner, tenant};

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

    async fn verify(&self) -> Result<AuditsVerified, MaintenanceError> {
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

#[async_trait]
impl AccountChecks for Failing {
    async fn check_due(
        &self,
        _: CheckPace,
        _: OnDone<'_>,
    ) -> Result<AccountsChecked, MaintenanceError> {
        failure()
    }

    async fn check_now(
        &self,
        _: Option<AccountId>,
        _: OnDone<'_>,
    ) -> Result<AccountsChecked, MaintenanceError> {
        failure()
    }

    async fn check_of(&self, _: &Owner, _: AccountId) -> Result<AccountsChecked, MaintenanceError> {
        failure()
    }

    async fn check_one(&self, _: &Account) -> AccountsChecked {
        AccountsChecked::default()
    }
}

struct Fixture {
    stores: Stores,
    scheduler: Scheduler,
    node: TestRunner,
}

impl Fixture {
    async fn new() -> Self {
        let stores = Stores::new().await;
        let maintenance = jobs::maintenance(&MaintenancePorts {
            keys: Arc::new(Failing),
            key_max_age: Some(TimeDelta::days(1)),
            audit: Arc::new(Failing),
            audit_kept: Some(TimeDelta::days(1)),
            backups: None,
            retention: Arc::new(Failing),
            tenant: tenant(),
            one_time: Arc::new(stores.database.one_time()),
            account_checks: Arc::new(Failing),
            check_pace: CheckPace::every(TimeDelta::minutes(15)),
            jobs: Arc::new(stores.database.jobs()),
            selections: Arc::new(stores.database.selections()),
            nodes: Arc::new(stores.database.nodes()),
            slo_counts: Arc::new(stores.database.slo_counts()),
        });
        let node = stores.runner(by_job(&maintenance));
        let id = node.runner.node().clone();
        let kinds = maintenance.iter().map(|it| (it.kind(), it.every()));
        Self {
            scheduler: Scheduler::new(stores.scheduler_ports(), id, kinds),
            node,
            stores,
        }
    }

    /// Has everything done that is due, and looks what came of one of it.
    async fn done(&self, kind: &str) -> ScheduleRecord {
        self.scheduler.look().await.unwrap();
        self.node.look().await;
        self.record(kind).await
    }

    async fn record(&self, kind: &str) -> ScheduleRecord {
        let rows = self.stores.database.schedules().records().await.unwrap();
        let mut rows = rows.into_iter().map(Result::unwrap);
        rows.find(|it| it.kind.as_str() == kind).unwrap()
    }
}

#[tokio::test]
async fn what_works_once_is_forgotten_when_its_time_is_over() {
    let fixture = Fixture::new().await;
    let (now, kept) = (fixture.stores.now(), TimeDelta::hours(6));
    let grant = Grant {
        id: GrantId::generate(&SystemEntropy, now),
        at: now,
        until: now + kept,
    };
    let (kind, digest) = (OneTimeKind::InitData, [1; 32]);
    let owner = Owner::instance();
    let one_time = fixture.stores.database.one_time();
    let spent = one_time.spend(kind, digest, &owner, grant);
    spent.await.unwrap();
    let first = fixture.done("forget").await;
    assert_eq!(first.report, "links and tokens forgotten: 0");
    fixture.stores.clock.advance(kept);
    let second = fixture.done("forget").await;
    assert_eq!(second.report, "links and tokens forgotten: 1");
    assert!(
        !fixture
            .stores
            .database
            .one_time()
            .is_spent(kind, digest)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn jobs_that_are_over_are_forgotten_after_two_weeks() {
    let fixture = Fixture::new().await;
    let first = fixture.done("forget_jobs").await;
    assert_eq!(first.report, "0 jobs forgotten");
    fixture
        .stores
        .clock
        .advance(TimeDelta::days(14) + TimeDelta::hours(1));
    let second = fixture.done("forget_jobs").await;
    // Everything that was done the first time, this one as well.
    assert_eq!(second.report, "12 jobs forgotten");
}

#[tokio::test]
async fn what_was_counted_of_the_promises_is_forgotten_once_no_one_looks_back_so_far() {
    let fixture = Fixture::new().await;
    let count = SloCount {
        tenant: tenant(),
        slo: Slo::Login,
        at: fixture.stores.now(),
        counted: Counted {
            events: 1,
            errors: 0,
        },
    };
    let counts = fixture.stores.database.slo_counts();
    counts.add(&[count]).await.unwrap();
    let first = fixture.done("forget_figures").await;
    assert_eq!(first.report, "0 hours forgotten");
    fixture.stores.clock.advance(TimeDelta::days(36));
    let second = fixture.done("forget_figures").await;
    assert_eq!(second.report, "1 hour forgotten");
}

#[tokio::test]
async fn what_fails_keeps_nothing_else_from_being_done() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.done("forget").await.failures, 0);
    for kind in [
        "check_accounts@main",
        "rewrap",
        "checkpoint",
        "prune_audit",
        "retention@main",
        "rotate_key",
        "verify_audit",
    ] {
        let record = fixture.record(kind).await;
        assert_eq!((record.failures, record.done_at), (1, None), "{kind}");
        assert_eq!(record.report, "out of order");
    }
}
