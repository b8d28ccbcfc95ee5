//! Acting on many rows, over a real database.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::bulk::{BulkAction, BulkFilter, Selection};
use sesame_domain::check_pace::CheckPace;
use sesame_domain::ids::{AccountId, JobId, Owner, PersonId};
use sesame_domain::job::{
    Cancelling, Job, JobAccess, JobKind, JobState, JobStatus, NewJob, Outcome,
};
use sesame_domain::listing::Tenants;
use sesame_domain::order::Order;
use sesame_domain::ports::listing::{AccountFilter, JobFilter, JobListing as _, JobQuery};
use sesame_domain::ports::{
    AccountChecks, AccountRevocation, Accounts as _, AccountsChecked, AuditLog as _, BulkBegun,
    BulkService as _, JobActions as _, JobQueue as _, Jobs as _, MaintenanceError, OnDone,
    ServiceError, TokenKeys,
};
use sesame_domain::random::SystemEntropy;
use sesame_store::AccountRows;
use sesame_work::{BulkRequests, jobs};
use tokio::sync::Notify;

use crate::stores::{Stores, TestRunner, tenant};

/// Links the audit, which no one verifies here.
#[derive(Debug)]
pub(crate) struct Keys;

impl TokenKeys for Keys {
    fn mac(&self, _: &'static str, _: &[u8]) -> [u8; 32] {
        [7; 32]
    }
}

/// What is done to accounts, noted down; it can be held up.
struct Noted {
    accounts: AccountRows,
    revoked: Mutex<Vec<PersonId>>,
    checked: Mutex<Vec<PersonId>>,
    hang_at: Mutex<Option<usize>>,
    hangs: Notify,
    go_on: Notify,
}

impl Noted {
    fn revoked(&self) -> usize {
        self.revoked.lock().unwrap().len()
    }
}

#[async_trait]
impl AccountRevocation for Noted {
    async fn revoke(
        &self,
        owner: &Owner,
        id: AccountId,
        order: &Order,
    ) -> Result<bool, ServiceError> {
        let mut entry = order.entry(owner.clone(), id.as_uuid(), Action::AccountUnlinked);
        entry.reason = format!("revoked: {}", order.reason).into();
        let revoked = self.accounts.unlink(owner, id, entry, None).await?;
        if revoked {
            self.revoked.lock().unwrap().push(owner.person);
        }
        let hangs = *self.hang_at.lock().unwrap() == Some(self.revoked());
        if hangs {
            self.hangs.notify_one();
            self.go_on.notified().await;
        }
        Ok(revoked)
    }
}

#[async_trait]
impl AccountChecks for Noted {
    async fn check_due(
        &self,
        _: CheckPace,
        _: OnDone<'_>,
    ) -> Result<AccountsChecked, MaintenanceError> {
        Err(MaintenanceError::new("not asked for here"))
    }

    async fn check_now(
        &self,
        _: Option<AccountId>,
        _: OnDone<'_>,
    ) -> Result<AccountsChecked, MaintenanceError> {
        Err(MaintenanceError::new("not asked for here"))
    }

    async fn check_of(&self, _: &Owner, _: AccountId) -> Result<AccountsChecked, MaintenanceError> {
        Err(MaintenanceError::new("not asked for here"))
    }

    async fn check_one(&self, account: &Account) -> AccountsChecked {
        let person = account.owner.person;
        self.checked.lock().unwrap().push(person);
        let checked = self.checked.lock().unwrap().len();
        let hangs = *self.hang_at.lock().unwrap() == Some(checked);
        if hangs {
            self.hangs.notify_one();
            std::future::pending::<()>().await;
        }
        let mut sum = AccountsChecked::default();
        // The second one does not answer.
        if person == PersonId(2) {
            sum.unclear = 1;
        } else {
            sum.alive = 1;
        }
        sum
    }
}

struct Fixture {
    stores: Stores,
    noted: Arc<Noted>,
    requests: BulkRequests,
}

impl Fixture {
    async fn new() -> Self {
        let stores = Stores::new().await;
        stores.database.set_audit_keys(Arc::new(Keys));
        let noted = Noted {
            accounts: stores.database.accounts(),
            revoked: Mutex::default(),
            checked: Mutex::default(),
            hang_at: Mutex::default(),
            hangs: Notify::new(),
            go_on: Notify::new(),
        };
        let requests = BulkRequests {
            selections: Arc::new(stores.database.selections()),
            signals: stores.coordination.signals(),
            clock: stores.clock.clone(),
            entropy: Arc::new(SystemEntropy),
        };
        Self {
            stores,
            noted: Arc::new(noted),
            requests,
        }
    }

    fn node(&self) -> TestRunner {
        let db = &self.stores.database;
        self.stores.runner(jobs::bulk(&jobs::BulkPorts {
            selections: Arc::new(db.selections()),
            accounts: Arc::new(db.listing()),
            checks: self.noted.clone(),
            revocation: self.noted.clone(),
            jobs: Arc::new(db.job_actions()),
            audit: Arc::new(db.audit_log()),
        }))
    }

    async fn link(&self, person: i64) -> Account {
        self.stores.link(person).await
    }

    fn order(&self) -> Order {
        Order {
            by: Actor::Operator {
                name: "Mara (owner)".into(),
            },
            reason: "not used for 90 days".parse().unwrap(),
            origin: "admin page".into(),
            at: self.stores.now(),
            request: "9f86d081884c7d65".parse().ok(),
        }
    }

    async fn begin(&self, filter: BulkFilter, action: BulkAction) -> Selection {
        let all = Tenants::All;
        let selection = self.requests.preview(&all, &filter).await.unwrap();
        let order = self.order();
        let begun = self.requests.begin(selection.id, &all, action, &order);
        assert_eq!(begun.await.unwrap(), BulkBegun::Begun);
        selection
    }

    /// The only job of this kind.
    async fn job(&self, action: BulkAction) -> Job {
        let mut query = JobQuery::first(Tenants::All, 10);
        query.filter.kinds = vec![action.job_kind()];
        let listed = self.stores.database.listing().jobs(&query).await.unwrap();
        let mut jobs = listed.rows.into_iter().map(Result::unwrap);
        let job = jobs.next().unwrap();
        assert_eq!(jobs.next(), None);
        job
    }

    async fn outcome(&self, action: BulkAction) -> Outcome {
        match self.job(action).await.state {
            JobState::Ended { outcome, .. } => outcome,
            other => panic!("{other:?}"),
        }
    }

    async fn told(&self, owner: &Owner, action: Action) -> Vec<AuditEntry> {
        let audit = self.stores.database.audit_log();
        let mut entries = audit.about(owner, 100).await.unwrap();
        entries.retain(|entry| entry.action == action);
        entries
    }
}

fn owner(person: i64) -> Owner {
    Owner {
        tenant: tenant(),
        person: PersonId(person),
    }
}

fn everyone() -> BulkFilter {
    BulkFilter::Accounts(AccountFilter::default())
}

fn done(report: &str) -> Outcome {
    let report = report.to_owned();
    Outcome::Done { report }
}

#[tokio::test]
async fn all_that_match_are_revoked_each_with_the_order_in_the_audit() {
    let fixture = Fixture::new().await;
    for person in 1..=3 {
        fixture.link(person).await;
    }
    let selection = fixture.begin(everyone(), BulkAction::Revoke).await;
    fixture.node().look().await;
    assert_eq!(
        fixture.outcome(BulkAction::Revoke).await,
        done("3 done, 0 left alone")
    );
    let progress = fixture.job(BulkAction::Revoke).await.progress.unwrap();
    assert_eq!((progress.done, progress.total), (3, Some(3)));
    for person in 1..=3 {
        let told = fixture.told(&owner(person), Action::AccountUnlinked).await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].actor, fixture.order().by);
        assert_eq!(told[0].reason.to_string(), "revoked: not used for 90 days");
    }
    let itself = Owner::tenant_itself(tenant());
    let ended = fixture.told(&itself, Action::BulkEnded).await;
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].subject, selection.id.as_uuid());
    let reason = "revoke: 3 done, 0 left alone: not used for 90 days";
    assert_eq!(ended[0].reason.to_string(), reason);
}

#[tokio::test]
async fn what_does_not_match_any_more_is_left_alone() {
    let fixture = Fixture::new().await;
    for person in 1..=3 {
        fixture.link(person).await;
    }
    let unused = BulkFilter::Accounts(AccountFilter {
        used_before: Some(fixture.stores.now() + TimeDelta::minutes(1)),
        ..AccountFilter::default()
    });
    fixture.begin(unused, BulkAction::Revoke).await;
    let later = fixture.stores.now() + TimeDelta::hours(1);
    let accounts = fixture.stores.database.accounts();
    accounts.used(&owner(2), later).await.unwrap();
    fixture.node().look().await;
    assert_eq!(
        fixture.outcome(BulkAction::Revoke).await,
        done("2 done, 1 left alone")
    );
    let revoked = fixture.noted.revoked.lock().unwrap().clone();
    assert!(!revoked.contains(&PersonId(2)), "{revoked:?}");
}

#[tokio::test]
async fn a_node_that_dies_repeats_one_step_at_most() {
    let fixture = Fixture::new().await;
    for person in 1..=5 {
        fixture.link(person).await;
    }
    fixture.begin(everyone(), BulkAction::Revoke).await;
    let (one, two) = (fixture.node(), fixture.node());
    *fixture.noted.hang_at.lock().unwrap() = Some(3);
    one.begin().await;
    fixture.noted.hangs.notified().await;
    // It is dead, after a step that it did not write down.
    *fixture.noted.hang_at.lock().unwrap() = None;
    fixture.stores.clock.advance(TimeDelta::seconds(5));
    two.begin().await;
    two.look().await;
    // The step of before is found done, and counted as left alone.
    assert_eq!(
        fixture.outcome(BulkAction::Revoke).await,
        done("4 done, 1 left alone")
    );
    assert_eq!(fixture.noted.revoked(), 5);
    for person in 1..=5 {
        let told = fixture.told(&owner(person), Action::AccountUnlinked).await;
        assert_eq!(told.len(), 1);
    }
}

#[tokio::test]
async fn it_can_be_stopped_and_what_was_done_stays_done() {
    let fixture = Fixture::new().await;
    for person in 1..=5 {
        fixture.link(person).await;
    }
    fixture.begin(everyone(), BulkAction::Revoke).await;
    let node = fixture.node();
    *fixture.noted.hang_at.lock().unwrap() = Some(2);
    node.begin().await;
    fixture.noted.hangs.notified().await;
    let actions = fixture.stores.database.job_actions();
    let id = fixture.job(BulkAction::Revoke).await.id;
    let asked = actions.cancel(id, &Tenants::All, &fixture.order()).await;
    assert_eq!(asked.unwrap(), Cancelling::Asked);
    node.begin().await;
    fixture.noted.go_on.notify_one();
    node.runner.idle().await;
    let by = "Mara (owner)".to_owned();
    assert_eq!(
        fixture.outcome(BulkAction::Revoke).await,
        Outcome::Cancelled { by }
    );
    assert_eq!(fixture.noted.revoked(), 2);
    let itself = Owner::tenant_itself(tenant());
    let ended = fixture.told(&itself, Action::BulkEnded).await;
    let reason = "revoke: stopped, 2 done, 0 left alone: not used for 90 days";
    assert_eq!(ended[0].reason.to_string(), reason);
}

#[tokio::test]
async fn accounts_are_validated_and_those_that_do_not_answer_are_missing() {
    let fixture = Fixture::new().await;
    for person in 1..=3 {
        fixture.link(person).await;
    }
    fixture.begin(everyone(), BulkAction::Validate).await;
    fixture.node().look().await;
    let outcome = fixture.outcome(BulkAction::Validate).await;
    let report = "2 done, 0 left alone, 1 failed".to_owned();
    assert_eq!(outcome, Outcome::Incomplete { report, missing: 1 });
    assert_eq!(fixture.noted.checked.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn it_can_be_stopped_while_an_account_does_not_answer() {
    let fixture = Fixture::new().await;
    for person in 1..=3 {
        fixture.link(person).await;
    }
    fixture.begin(everyone(), BulkAction::Validate).await;
    let node = fixture.node();
    *fixture.noted.hang_at.lock().unwrap() = Some(2);
    node.begin().await;
    fixture.noted.hangs.notified().await;
    let actions = fixture.stores.database.job_actions();
    let id = fixture.job(BulkAction::Validate).await.id;
    let asked = actions.cancel(id, &Tenants::All, &fixture.order()).await;
    assert_eq!(asked.unwrap(), Cancelling::Asked);
    node.look().await;
    let by = "Mara (owner)".to_owned();
    let outcome = fixture.outcome(BulkAction::Validate).await;
    assert_eq!(outcome, Outcome::Cancelled { by });
    let itself = Owner::tenant_itself(tenant());
    let ended = fixture.told(&itself, Action::BulkEnded).await;
    let told = ended[0].reason.to_string();
    assert!(told.starts_with("validate: stopped, "), "{told}");
}

#[tokio::test]
async fn jobs_are_cancelled_and_go_on_again() {
    let fixture = Fixture::new().await;
    let (jobs, now) = (fixture.stores.database.jobs(), fixture.stores.now());
    let mut ids = Vec::new();
    for person in [Some(1), Some(2), None] {
        let job = NewJob {
            owner: person.map(owner),
            ..NewJob::new(
                JobId::generate(&SystemEntropy, now),
                JobKind::named("export"),
                now,
            )
        };
        ids.push(jobs.enqueue(&job).await.unwrap().id);
    }
    let with = |status| {
        BulkFilter::Jobs(JobFilter {
            status: Some(status),
            kinds: vec![JobKind::named("export")],
            ..JobFilter::default()
        })
    };
    let state = async |id| {
        let job = jobs.find(id, &JobAccess::All).await.unwrap().unwrap();
        job.state.name().to_owned()
    };
    let node = fixture.node();
    fixture
        .begin(with(JobStatus::Queued), BulkAction::CancelJobs)
        .await;
    node.look().await;
    for id in &ids {
        assert_eq!(state(*id).await, "cancelled");
    }
    fixture
        .begin(with(JobStatus::Cancelled), BulkAction::RetryJobs)
        .await;
    node.look().await;
    for id in &ids {
        assert_eq!(state(*id).await, "queued");
    }
    for action in [Action::JobCancelled, Action::JobRetried] {
        assert_eq!(fixture.told(&owner(1), action.clone()).await.len(), 1);
        assert_eq!(fixture.told(&Owner::instance(), action).await.len(), 1);
    }
    assert_eq!(jobs.running().await.unwrap().len(), 0);
}
