//! Calls the ports of those who look after Sesame.

use chrono::TimeDelta;
use sesame_domain::audit::{Action, Actor, Outcome};
use sesame_domain::bulk::{BulkAction, BulkFilter};
use sesame_domain::ids::{AccountId, JobId, LoginId, NodeId, PersonId, SelectionId};
use sesame_domain::job::{JobKind, JobStatus, NewJob};
use sesame_domain::listing::{Count, Cursor, IdEnd, IdSearch, Query, Tenants};
use sesame_domain::login::Status;
use sesame_domain::order::Order;
use sesame_domain::page::Page;
use sesame_domain::ports::listing::{
    AccountFilter, AccountListing as _, AccountSearch, ActorFilter, AuditFilter, AuditKey,
    AuditListing as _, HealthFilter, JobFilter, JobListing as _, LoginFilter, LoginListing as _,
    OverviewFigures as _, PersonFilter, PersonKey, PersonListing as _, WaitFilter, WaitKey,
    WaitKind, WaitListing as _,
};
use sesame_domain::ports::{
    JobActions as _, Jobs as _, Schedules as _, Selections as _, Sizes as _,
};
use sesame_domain::random::SystemEntropy;
use uuid::Uuid;

use super::drive::{Driver, SOMEONE, about, now};
use super::fill::{NOW, ROWS};
use super::make::{at, node, tenant};
use crate::Database;

/// A page deep in a list, and how many rows there are.
fn deep<F, K>(filter: F, key: K) -> Query<F, K> {
    Query {
        tenants: Tenants::only(tenant()),
        filter,
        page: Page {
            after: Some(Cursor {
                at: at(ROWS / 2),
                key,
            }),
            limit: 50,
        },
        count: Count::No,
    }
}

/// The first page of everyone's rows.
fn first<F, K>(filter: F) -> Query<F, K> {
    Query {
        tenants: Tenants::All,
        filter,
        page: Page::first(50),
        count: Count::No,
    }
}

fn counted<F, K>(filter: F) -> Query<F, K> {
    Query {
        count: Count::Only,
        ..first(filter)
    }
}

pub(super) fn order() -> Order {
    Order {
        request: None,
        by: Actor::Operator {
            name: "a test".to_owned(),
        },
        reason: "a test".parse().unwrap(),
        origin: "a test".to_owned(),
        at: now(),
    }
}

fn some_id() -> Uuid {
    Uuid::from_u128(SOMEONE.unsigned_abs().into())
}

impl Driver {
    pub(super) async fn lists(&mut self, db: &Database) {
        self.login_list(db).await;
        self.account_list(db).await;
        self.person_list(db).await;
        self.job_list(db).await;
        self.audit_list(db).await;
        self.wait_list(db).await;
        self.figures(db).await;
        self.node_list(db).await;
        self.call("Sizes::sizes", db.sizes().sizes()).await;
    }

    async fn login_list(&mut self, db: &Database) {
        let (list, none) = (db.listing(), LoginFilter::default);
        let key = LoginId::from(some_id());
        for filter in [
            none(),
            LoginFilter {
                is_over: Some(false),
                ..none()
            },
            LoginFilter {
                statuses: vec![Status::Failed],
                ..none()
            },
            LoginFilter {
                statuses: vec![Status::Expired],
                ..none()
            },
            LoginFilter {
                is_waiting: true,
                ..none()
            },
            LoginFilter {
                person: Some(PersonId(SOMEONE)),
                ..none()
            },
            LoginFilter {
                node: Some(node()),
                ..none()
            },
            LoginFilter {
                failure: Some("frozen".into()),
                ..none()
            },
            LoginFilter {
                since: Some(at(ROWS - 9)),
                ..none()
            },
            LoginFilter {
                id: Some(IdSearch::End(IdEnd::of(some_id()))),
                ..none()
            },
        ] {
            let query = first(filter.clone());
            self.call("LoginListing::logins", list.logins(&query)).await;
            let query = deep(filter, key);
            self.call("LoginListing::logins", list.logins(&query)).await;
        }
        let query = counted(none());
        let listed = list.logins(&query);
        self.call("LoginListing::logins", listed).await;
        let tenants = Tenants::only(tenant());
        let one = list.login(key, &tenants);
        self.call("LoginListing::login", one).await;
    }

    async fn account_list(&mut self, db: &Database) {
        let (list, none) = (db.listing(), AccountFilter::default);
        let key = AccountId::from(some_id());
        let search = |search| AccountFilter {
            search: Some(search),
            ..none()
        };
        for filter in [
            none(),
            AccountFilter {
                health: Some(HealthFilter::Alive),
                ..none()
            },
            AccountFilter {
                health: Some(HealthFilter::Dead),
                ..none()
            },
            AccountFilter {
                used_before: Some(at(50)),
                ..none()
            },
            AccountFilter {
                key: Some("k2".into()),
                ..none()
            },
            AccountFilter {
                key: Some("none".into()),
                health: Some(HealthFilter::Alive),
                ..none()
            },
            search(AccountSearch::Person(PersonId(SOMEONE))),
            search(AccountSearch::Username("ann".into())),
            search(AccountSearch::Id(IdSearch::End(IdEnd::of(some_id())))),
        ] {
            let query = first(filter.clone());
            let listed = list.accounts(&query);
            self.call("AccountListing::accounts", listed).await;
            let query = deep(filter, key);
            let listed = list.accounts(&query);
            self.call("AccountListing::accounts", listed).await;
        }
        let query = counted(none());
        let listed = list.accounts(&query);
        self.call("AccountListing::accounts", listed).await;
        let one = list.account(key, &Tenants::All);
        self.call("AccountListing::account", one).await;
    }

    async fn person_list(&mut self, db: &Database) {
        let (list, none) = (db.listing(), PersonFilter::default);
        let key = PersonKey {
            tenant: "main".into(),
            person: PersonId(SOMEONE),
        };
        for filter in [
            none(),
            PersonFilter {
                is_blocked: Some(true),
                ..none()
            },
            PersonFilter {
                is_linked: Some(true),
                ..none()
            },
            PersonFilter {
                is_linked: Some(false),
                ..none()
            },
            PersonFilter {
                is_linked: Some(false),
                is_blocked: Some(true),
                language: Some("en".into()),
                ..none()
            },
            PersonFilter {
                is_blocked: Some(false),
                language: Some("xx".into()),
                ..none()
            },
            PersonFilter {
                person: Some(PersonId(SOMEONE)),
                ..none()
            },
            PersonFilter {
                seen_before: Some(at(50)),
                ..none()
            },
        ] {
            let query = first(filter.clone());
            let listed = list.people(&query);
            self.call("PersonListing::people", listed).await;
            let query = deep(filter, key.clone());
            let listed = list.people(&query);
            self.call("PersonListing::people", listed).await;
        }
        let query = counted(none());
        let listed = list.people(&query);
        self.call("PersonListing::people", listed).await;
        let one = list.person(PersonId(SOMEONE), &Tenants::All);
        self.call("PersonListing::person", one).await;
    }

    async fn job_list(&mut self, db: &Database) {
        let (list, none) = (db.listing(), JobFilter::default);
        let key = JobId::from(some_id());
        let tab = |status| JobFilter {
            status: Some(status),
            ..none()
        };
        let tabs = JobStatus::ALL.map(tab).into_iter();
        for filter in tabs.chain([
            none(),
            JobFilter {
                kinds: vec![JobKind::BACKUP],
                ..tab(JobStatus::Done)
            },
            JobFilter {
                kinds: vec![JobKind::named("export")],
                ..tab(JobStatus::Done)
            },
            JobFilter {
                person: Some(PersonId(SOMEONE)),
                ..none()
            },
            JobFilter {
                account: Some(AccountId::from(some_id())),
                ..none()
            },
            JobFilter {
                code: Some("failed".into()),
                ..tab(JobStatus::Failed)
            },
            JobFilter {
                node: Some(NodeId::from("gone".to_owned())),
                ..tab(JobStatus::Done)
            },
            JobFilter {
                reason: Some("flood".into()),
                ..tab(JobStatus::Waiting)
            },
            JobFilter {
                id: Some(IdSearch::End(IdEnd::of(some_id()))),
                ..none()
            },
        ]) {
            let query = first(filter.clone());
            let listed = list.jobs(&query);
            self.call("JobListing::jobs", listed).await;
            let query = Query {
                tenants: Tenants::All,
                ..deep(filter, key)
            };
            let listed = list.jobs(&query);
            self.call("JobListing::jobs", listed).await;
        }
        let everything = none();
        let counts = list.job_counts(&everything, &Tenants::All);
        self.call("JobListing::job_counts", counts).await;
        let one = list.job(key, &Tenants::All);
        self.call("JobListing::job", one).await;
        let query = first(none());
        let found = list.jobs(&query);
        let found = self.call("JobListing::jobs", found).await;
        let found = found.rows.into_iter().flatten().next().unwrap().id;
        let attempts = list.job_attempts(found, &Tenants::All);
        self.call("JobListing::job_attempts", attempts).await;
    }

    async fn audit_list(&mut self, db: &Database) {
        let (list, none) = (db.listing(), AuditFilter::default);
        let key = AuditKey {
            tenant: "main".into(),
            strand: 3,
            seq: 50,
        };
        let by = |kind: &str| AuditFilter {
            actor: Some(ActorFilter {
                kind: kind.into(),
                name: None,
            }),
            ..none()
        };
        for filter in [
            none(),
            AuditFilter {
                actions: vec![Action::LoginBegan],
                ..none()
            },
            AuditFilter {
                actions: vec![Action::KeyRotated],
                ..none()
            },
            by("operator"),
            by("owner"),
            AuditFilter {
                actions: vec![Action::LoginBegan],
                ..by("operator")
            },
            AuditFilter {
                actions: vec![Action::KeyRotated],
                outcomes: vec![Outcome::Refused],
                ..by("owner")
            },
            AuditFilter {
                outcomes: vec![Outcome::Refused, Outcome::Failed],
                ..none()
            },
            AuditFilter {
                person: Some(PersonId(SOMEONE)),
                ..none()
            },
            AuditFilter {
                subject: Some(some_id()),
                ..none()
            },
            AuditFilter {
                since: Some(at(5)),
                until: Some(at(50)),
                ..none()
            },
        ] {
            let query = first(filter.clone());
            let listed = list.entries(&query);
            self.call("AuditListing::entries", listed).await;
            let query = deep(filter, key.clone());
            let listed = list.entries(&query);
            self.call("AuditListing::entries", listed).await;
        }
        let query = counted(none());
        let listed = list.entries(&query);
        self.call("AuditListing::entries", listed).await;
    }

    async fn wait_list(&mut self, db: &Database) {
        let list = db.listing();
        let key = WaitKey {
            kind: WaitKind::Job,
            id: some_id(),
        };
        let flood = WaitFilter {
            reason: Some("flood".into()),
            ..WaitFilter::default()
        };
        for filter in [WaitFilter::default(), flood] {
            let query = first(filter.clone());
            let listed = list.waits(&query, now());
            self.call("WaitListing::waits", listed).await;
            let query = Query {
                tenants: Tenants::All,
                ..deep(filter, key)
            };
            let listed = list.waits(&query, at(ROWS / 2));
            self.call("WaitListing::waits", listed).await;
        }
        let query = counted(WaitFilter::default());
        let listed = list.waits(&query, now());
        self.call("WaitListing::waits", listed).await;
    }

    async fn figures(&mut self, db: &Database) {
        let list = db.listing();
        let (all, since, until) = (Tenants::All, at(ROWS - 3_600), at(NOW));
        let hour = TimeDelta::hours(1);
        let funnel = list.funnel(&all, since, until, hour);
        self.call("OverviewFigures::funnel", funnel).await;
        let endings = list.endings(&all, since, until);
        self.call("OverviewFigures::endings", endings).await;
        self.call("OverviewFigures::live_logins", list.live_logins(&all))
            .await;
        self.call("OverviewFigures::health", list.health(&all, since))
            .await;
        self.call("OverviewFigures::by_tenant", list.by_tenant(&all, since))
            .await;
    }

    pub(super) async fn job_actions(&mut self, db: &Database) {
        let (actions, order, all) = (db.job_actions(), order(), Tenants::All);
        let job = |kind| NewJob::new(JobId::generate(&SystemEntropy, now()), kind, now());
        let asked = NewJob {
            unique: Some("once".into()),
            ..job(JobKind::named("export"))
        };
        self.call("Jobs::enqueue", db.jobs().enqueue(&asked)).await;
        let entry = about(Action::AccountChecked);
        self.call("JobActions::ask", actions.ask(&asked, entry))
            .await;
        let cancelled = actions.cancel(asked.id, &all, &order);
        self.call("JobActions::cancel", cancelled).await;
        let retried = actions.retry(asked.id, &all, &order);
        self.call("JobActions::retry", retried).await;
        let kind = JobKind::named("sing");
        self.call("JobActions::pause", actions.pause(&kind, &all, &order))
            .await;
        self.call("JobActions::paused", actions.paused(&all)).await;
        self.call("JobActions::resume", actions.resume(&kind, &all, &order))
            .await;
        let (schedules, node) = (db.schedules(), node());
        let begun = schedules.begin(&kind, &node, now(), at(NOW + 1));
        self.call("Schedules::begin", begun).await;
        for _ in 0..2 {
            let id = JobId::generate(&SystemEntropy, now());
            let asked = actions.run_now(&kind, id, &node, &all, &order);
            self.call("JobActions::run_now", asked).await;
        }
    }

    pub(super) async fn selections(&mut self, db: &Database) {
        let (selections, order, all) = (db.selections(), order(), Tenants::All);
        let accounts = BulkFilter::Accounts(AccountFilter {
            used_before: Some(at(50)),
            ..AccountFilter::default()
        });
        let jobs = BulkFilter::Jobs(JobFilter {
            status: Some(JobStatus::Failed),
            ..JobFilter::default()
        });
        for (filter, action) in [
            (accounts, BulkAction::Validate),
            (jobs, BulkAction::RetryJobs),
        ] {
            let id = SelectionId::generate(&SystemEntropy, now());
            let frozen = selections.freeze(id, &all, &filter, now());
            self.call("Selections::freeze", frozen).await;
            self.call("Selections::find", selections.find(id, &all))
                .await;
            self.call("Selections::drift", selections.drift(id)).await;
            let tenant = tenant();
            let page = selections.targets(id, Some(&tenant), Some(some_id()), 20);
            self.call("Selections::targets", page).await;
            let job = NewJob::new(
                JobId::generate(&SystemEntropy, now()),
                action.job_kind(),
                now(),
            );
            let jobs = [job];
            let begun = selections.begin(id, &all, action, &jobs, &order);
            self.call("Selections::begin", begun).await;
        }
        self.call("Selections::forget", selections.forget(at(50)))
            .await;
    }
}
