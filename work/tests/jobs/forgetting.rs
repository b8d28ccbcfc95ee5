//! What is forgotten when its time is over, beside upkeep that fails.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::audit::{Access, Action, Actor, AuditEntry};
use sesame_domain::check_pace::CheckPace;
use sesame_domain::export::{Export, ExportChoice};
use sesame_domain::ids::{AccountId, ExportId, GrantId, JobId, Owner};
use sesame_domain::job::{JobKind, NewJob};
use sesame_domain::ports::{
    AccountChecks, AccountsChecked, AuditMaintenance, AuditsVerified, ExpiredSessions, ExportFiles,
    ExportFilesError, ExportStore, Exports as _, Grant, KeyMaintenance, MaintenanceError,
    NewExport, OnDone, OneTime, OneTimeKind, Schedules as _, SessionRetention, SloCount,
    SloCounts as _,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::schedule::ScheduleRecord;
use sesame_domain::sealed::Sealed;
use sesame_domain::session::peer::PeerId;
use sesame_domain::slo::{Counted, Slo};
use sesame_work::{ChannelUpkeep, ExportUpkeep, MaintenancePorts, Scheduler, by_job, jobs};

use crate::bulk::Keys;
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
    cleared: Arc<Cleared>,
}

/// The exports whose files were removed.
#[derive(Default)]
struct Cleared(Mutex<Vec<ExportId>>);

#[async_trait]
impl ExportStore for Cleared {
    async fn new_key(
        &self,
        _: &Owner,
        _: ExportId,
        _: &Access,
    ) -> Result<Sealed, ExportFilesError> {
        Err(ExportFilesError::Damaged)
    }

    async fn open(
        &self,
        _: &Owner,
        _: ExportId,
        _: &Sealed,
        _: &Access,
    ) -> Result<Arc<dyn ExportFiles>, ExportFilesError> {
        Err(ExportFilesError::Damaged)
    }

    async fn remove(&self, id: ExportId) -> Result<(), ExportFilesError> {
        self.0.lock().unwrap().push(id);
        Ok(())
    }
}

impl Fixture {
    async fn new() -> Self {
        let stores = Stores::new().await;
        stores.database.set_audit_keys(Arc::new(Keys));
        let cleared = Arc::new(Cleared::default());
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
            exports: Some(ExportUpkeep {
                exports: Arc::new(stores.database.exports()),
                renewals: Arc::new(stores.database.export_renewals()),
                store: Arc::clone(&cleared) as _,
                entropy: Arc::new(SystemEntropy),
                kept: TimeDelta::days(7),
                origin: "a test".to_owned(),
            }),
            channels: ChannelUpkeep {
                channels: Arc::new(stores.database.channels()),
                entropy: Arc::new(SystemEntropy),
            },
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
            cleared,
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
    assert_eq!(second.report, "16 jobs forgotten");
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

#[tokio::test]
async fn exports_whose_time_is_up_lose_their_key_at_once_and_their_files_soon() {
    let fixture = Fixture::new().await;
    let (stores, exports) = (&fixture.stores, fixture.stores.database.exports());
    let account = stores.link(1).await;
    let now = stores.now();
    let export = Export {
        id: ExportId::generate(&SystemEntropy, now),
        owner: account.owner.clone(),
        account: Some(account.id),
        dialog: PeerId::User(5),
        choice: ExportChoice::default(),
        bytes: 0,
        created_at: now,
        expires_at: now + TimeDelta::days(7),
        made: None,
        renewal: None,
    };
    let id = export.id;
    let key = Sealed {
        key_id: "k1".into(),
        wrapped_key: vec![1],
        ciphertext: vec![2],
    };
    let audit = AuditEntry::new(
        now,
        account.owner.clone(),
        id.as_uuid(),
        Actor::Owner,
        Action::ExportBegun,
        "asked for",
    );
    let new = NewExport { export, key };
    let job = NewJob::new(JobId::generate(&SystemEntropy, now), JobKind::EXPORT, now);
    exports.begin(&new, &job, 1, audit).await.unwrap();
    let nothing = fixture.done("forget_exports").await;
    assert_eq!(nothing.report, "0 exports removed, the files of 0 cleared");
    stores.clock.advance(TimeDelta::days(8));
    let removed = fixture.done("forget_exports").await;
    assert_eq!(removed.report, "1 export removed, the files of 0 cleared");
    assert_eq!(exports.key(id).await.unwrap(), None);
    stores.clock.advance(TimeDelta::minutes(10));
    let cleared = fixture.done("forget_exports").await;
    assert_eq!(cleared.report, "0 exports removed, the files of 1 cleared");
    assert_eq!(*fixture.cleared.0.lock().unwrap(), [id]);
}
