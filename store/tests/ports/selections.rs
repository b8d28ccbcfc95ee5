//! What is to be done to many rows.

use rstest::rstest;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use sesame_domain::audit::Action;
use sesame_domain::bulk::{BulkAction, BulkFilter, Drift, Selection};
use sesame_domain::ids::{JobId, Owner, SelectionId, TenantId};
use sesame_domain::job::{JobStatus, NewJob};
use sesame_domain::listing::Tenants;
use sesame_domain::ports::listing::{AccountFilter, JobFilter, JobListing as _, JobQuery};
use sesame_domain::ports::{
    Accounts as _, AuditLog as _, BulkBegun, Jobs as _, Selections as _, Target,
};
use sesame_domain::random::SystemEntropy;
use sesame_migrations::{Migrator, MigratorTrait};
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::job_actions::order;
use crate::jobs::{EXPORT, job};
use crate::listing::{of, only};
use crate::make::{at, linked};

fn unused() -> BulkFilter {
    BulkFilter::Accounts(AccountFilter {
        used_before: Some(at(1_000)),
        ..AccountFilter::default()
    })
}

fn id() -> SelectionId {
    SelectionId::generate(&SystemEntropy, at(0))
}

/// So many accounts of a tenant, not used for long.
async fn accounts(store: &Store, tenant: &str, people: std::ops::Range<i64>) {
    for person in people {
        linked(&store.db, &of(tenant, person), 10).await;
    }
}

async fn freeze(store: &Store, tenants: &Tenants, filter: &BulkFilter) -> Selection {
    let frozen = store
        .db
        .selections()
        .freeze(id(), tenants, filter, at(50))
        .await;
    frozen.unwrap()
}

fn jobs_of(selection: &Selection) -> Vec<NewJob> {
    let counts = selection.counts.iter();
    let jobs = counts.map(|(tenant, _)| NewJob {
        owner: tenant.clone().map(Owner::tenant_itself),
        unique: Some(selection.id.to_string()),
        ..NewJob::new(
            JobId::generate(&SystemEntropy, at(60)),
            BulkAction::Revoke.job_kind(),
            at(60),
        )
    });
    jobs.collect()
}

async fn begin(store: &Store, selection: &Selection, tenants: &Tenants) -> BulkBegun {
    let jobs = jobs_of(selection);
    let (selections, order) = (store.db.selections(), order(60));
    let begun = selections.begin(selection.id, tenants, BulkAction::Revoke, &jobs, &order);
    begun.await.unwrap()
}

async fn asked_for(store: &Store) -> usize {
    let query = JobQuery::first(Tenants::All, 100);
    store.db.listing().jobs(&query).await.unwrap().rows.len()
}

#[rstest]
#[tokio::test]
async fn what_is_shown_is_frozen_row_by_row_and_its_jobs_are_asked_for_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    accounts(&store, "main", 1..4).await;
    accounts(&store, "other", 1..3).await;
    accounts(&store, "third", 1..2).await;
    let two: Tenants = Tenants::These(["main", "other"].map(|it| it.parse().unwrap()).into());
    let selection = freeze(&store, &two, &unused()).await;
    let tenant = |name: &str| -> Option<TenantId> { Some(name.parse().unwrap()) };
    assert_eq!(
        selection.counts,
        [(tenant("main"), 3), (tenant("other"), 2)]
    );
    assert_eq!(selection.count(), 5);
    let selections = store.db.selections();
    let there = selections.find(selection.id, &Tenants::All).await.unwrap();
    assert_eq!(there.as_ref(), Some(&selection));
    assert_eq!(
        selections.find(selection.id, &only("main")).await.unwrap(),
        None
    );

    // Not by those who look after less, nor for what it is not about.
    assert_eq!(
        begin(&store, &selection, &only("main")).await,
        BulkBegun::NotFound
    );
    let order = order(60);
    let other = selections.begin(selection.id, &two, BulkAction::RetryJobs, &[], &order);
    assert_eq!(other.await.unwrap(), BulkBegun::NotFound);
    assert_eq!(asked_for(&store).await, 0);

    assert_eq!(begin(&store, &selection, &two).await, BulkBegun::Begun);
    assert_eq!(begin(&store, &selection, &two).await, BulkBegun::Already);
    assert_eq!(asked_for(&store).await, 2);
    for (tenant, count) in [("main", 3), ("other", 2)] {
        let itself = Owner::tenant_itself(tenant.parse().unwrap());
        let told = store.db.audit_log().about(&itself, 10).await.unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].action, Action::BulkBegun);
        let reason = format!("revoke {count}: the bucket is back");
        assert_eq!(told[0].reason.to_string(), reason);
        assert_eq!(told[0].subject, selection.id.as_uuid());
    }
    let there = selections.find(selection.id, &two).await.unwrap();
    assert_eq!(there.unwrap().begun, Some(BulkAction::Revoke));
    let gone = selections.begin(id(), &two, BulkAction::Revoke, &[], &order);
    assert_eq!(gone.await.unwrap(), BulkBegun::NotFound);
}

#[rstest]
#[tokio::test]
async fn what_came_for_what_went_is_a_change(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    accounts(&store, "main", 0..100).await;
    let selection = freeze(&store, &Tenants::All, &unused()).await;
    let drift = async || {
        let selections = store.db.selections();
        let drift = selections.drift(selection.id).await.unwrap().unwrap();
        (drift.frozen, drift.gone, drift.come)
    };
    assert_eq!(drift().await, (100, 0, 0));
    // One of a hundred is within bounds.
    let used = of("main", 7);
    store.db.accounts().used(&used, at(2_000)).await.unwrap();
    assert_eq!(drift().await, (100, 1, 0));
    // As many as before, and yet others.
    linked(&store.db, &of("new", 1), 20).await;
    assert_eq!(drift().await, (100, 1, 1));
    let changed = Drift {
        frozen: 100,
        gone: 1,
        come: 1,
    };
    let begun = begin(&store, &selection, &Tenants::All).await;
    assert_eq!(begun, BulkBegun::Changed(changed));
    assert_eq!(asked_for(&store).await, 0);
    // Nothing was done: it may be looked at again.
    store
        .db
        .accounts()
        .used(&of("new", 1), at(2_000))
        .await
        .unwrap();
    let begun = begin(&store, &selection, &Tenants::All).await;
    assert_eq!(begun, BulkBegun::Begun);
}

#[rstest]
#[tokio::test]
async fn targets_come_one_after_the_other_with_whether_they_still_match(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    accounts(&store, "main", 1..6).await;
    accounts(&store, "other", 1..3).await;
    let selection = freeze(&store, &Tenants::All, &unused()).await;
    store
        .db
        .accounts()
        .used(&of("main", 3), at(2_000))
        .await
        .unwrap();
    let used = store
        .db
        .accounts()
        .of(&of("main", 3))
        .await
        .unwrap()
        .unwrap();
    let main: TenantId = "main".parse().unwrap();
    let targets = all_targets(&store, selection.id, &main, 2).await;
    assert_eq!(targets.len(), 5);
    assert!(targets.is_sorted_by_key(|it| it.id));
    let left: Vec<_> = targets.iter().filter(|it| !it.still_matches).collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id, used.id.as_uuid());
    let none = store
        .db
        .selections()
        .targets(selection.id, None, None, 10)
        .await;
    assert_eq!(none.unwrap(), []);
}

/// All that is gone through, so many at a time.
async fn all_targets(store: &Store, id: SelectionId, tenant: &TenantId, limit: u32) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    loop {
        let after = targets.last().map(|it| it.id);
        let selections = store.db.selections();
        let page = selections.targets(id, Some(tenant), after, limit).await;
        let page = page.unwrap();
        if page.is_empty() {
            return targets;
        }
        assert!(page.len() <= limit as usize);
        targets.extend(page);
    }
}

/// The ids of a tenant's accounts, in the order of their names.
async fn ids_of(store: &Store, tenant: &str, people: std::ops::Range<i64>) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for person in people {
        let account = store.db.accounts().of(&of(tenant, person)).await;
        ids.push(account.unwrap().unwrap().id.as_uuid());
    }
    ids.sort();
    ids
}

#[rstest]
#[tokio::test]
async fn many_are_gone_through_each_once_however_few_at_a_time(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    accounts(&store, "main", 0..230).await;
    accounts(&store, "other", 0..100).await;
    let selection = freeze(&store, &Tenants::All, &unused()).await;
    assert_eq!(selection.count(), 330);
    // What comes later is not among them.
    accounts(&store, "main", 230..232).await;
    assert_eq!(store.count("selection_parts").await, 4);
    for (tenant, people) in [("main", 0..230), ("other", 0..100)] {
        let there = ids_of(&store, tenant, people).await;
        let tenant: TenantId = tenant.parse().unwrap();
        for limit in [1, 20, 99, 100, 101, 250] {
            let targets = all_targets(&store, selection.id, &tenant, limit).await;
            let ids: Vec<_> = targets.iter().map(|it| it.id).collect();
            assert_eq!(ids, there, "{limit}");
            assert!(targets.iter().all(|it| it.still_matches));
        }
    }
    let drift = store.db.selections().drift(selection.id).await;
    let come = Drift {
        frozen: 330,
        gone: 0,
        come: 2,
    };
    assert_eq!(drift.unwrap(), Some(come));
}

/// The filter of the only selection, as it is kept.
async fn kept_filter(db: &DatabaseConnection) -> String {
    let query = Statement::from_string(
        db.get_database_backend(),
        "SELECT filter FROM selections".to_owned(),
    );
    let row = db.query_one_raw(query).await.unwrap().unwrap();
    row.try_get("", "filter").unwrap()
}

/// What an older program froze: it has each row by itself, and does not read what is
/// kept by this one.
#[rstest]
#[tokio::test]
async fn what_an_older_program_froze_is_acted_on_and_the_other_way_round_nothing_is(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    accounts(&store, "main", 0..150).await;
    let selection = freeze(&store, &Tenants::All, &unused()).await;
    let db = sea_orm::Database::connect(&store.url).await.unwrap();
    let kept = kept_filter(&db).await;
    assert!(serde_json::from_str::<BulkFilter>(&kept).is_err(), "{kept}");
    // As many steps back as came since.
    let steps = Migrator::migrations();
    let since = steps.iter().rev();
    let since = since.take_while(|it| !it.name().ends_with("_posts"));
    let since = u32::try_from(since.count()).unwrap();
    Migrator::down(&db, Some(since)).await.unwrap();
    let kept = kept_filter(&db).await;
    assert_eq!(serde_json::from_str::<BulkFilter>(&kept).unwrap(), unused());
    assert_eq!(store.count("selection_rows").await, 150);
    store.db.migrate().await.unwrap();
    db.close().await.unwrap();

    let selections = store.db.selections();
    let there = selections.find(selection.id, &Tenants::All).await.unwrap();
    assert_eq!(there.as_ref(), Some(&selection));
    let used = of("main", 7);
    store.db.accounts().used(&used, at(2_000)).await.unwrap();
    let drift = selections.drift(selection.id).await.unwrap().unwrap();
    assert_eq!((drift.frozen, drift.gone, drift.come), (150, 1, 0));
    let main: TenantId = "main".parse().unwrap();
    let targets = all_targets(&store, selection.id, &main, 20).await;
    let ids: Vec<_> = targets.iter().map(|it| it.id).collect();
    assert_eq!(ids, ids_of(&store, "main", 0..150).await);
    assert_eq!(targets.iter().filter(|it| !it.still_matches).count(), 1);
    assert_eq!(
        begin(&store, &selection, &Tenants::All).await,
        BulkBegun::Begun
    );
    let month = 31 * 86_400;
    assert_eq!(selections.forget(at(60 + month)).await.unwrap(), 1);
    assert_eq!(store.count("selection_rows").await, 0);
}

#[rstest]
#[tokio::test]
async fn ids_that_were_damaged_are_told_and_not_acted_on(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    accounts(&store, "main", 0..3).await;
    let selection = freeze(&store, &Tenants::All, &unused()).await;
    let cut = "UPDATE selection_parts SET ids = substr(ids, 1, 40)";
    store.future(cut).await;
    let selections = store.db.selections();
    let main: TenantId = "main".parse().unwrap();
    let targets = selections.targets(selection.id, Some(&main), None, 20);
    assert!(targets.await.is_err());
    assert!(selections.drift(selection.id).await.is_err());
}

#[rstest]
#[tokio::test]
async fn jobs_that_belong_to_no_one_and_jobs_that_act_on_many(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let plain = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    let theirs = NewJob {
        owner: Some(of("main", 7)),
        ..job(EXPORT, 0)
    };
    jobs.enqueue(&theirs).await.unwrap();
    // One that acts on many never acts on itself.
    jobs.enqueue(&job(BulkAction::CancelJobs.job_kind(), 0))
        .await
        .unwrap();
    let queued = BulkFilter::Jobs(JobFilter {
        status: Some(JobStatus::Queued),
        ..JobFilter::default()
    });
    let selection = freeze(&store, &Tenants::All, &queued).await;
    let main: TenantId = "main".parse().unwrap();
    assert_eq!(selection.counts, [(None, 1), (Some(main), 1)]);
    let targets = store
        .db
        .selections()
        .targets(selection.id, None, None, 10)
        .await;
    let targets: Vec<_> = targets.unwrap().into_iter().map(|it| it.id).collect();
    assert_eq!(targets, [plain.as_uuid()]);
    let of_main = freeze(&store, &only("main"), &queued).await;
    assert_eq!(of_main.count(), 1);
}

#[rstest]
#[tokio::test]
async fn what_was_never_begun_is_forgotten_after_a_while(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    accounts(&store, "main", 1..3).await;
    let looked_at = freeze(&store, &Tenants::All, &unused()).await;
    let begun = freeze(&store, &Tenants::All, &unused()).await;
    assert_eq!(begin(&store, &begun, &Tenants::All).await, BulkBegun::Begun);
    let selections = store.db.selections();
    assert_eq!(selections.forget(at(50)).await.unwrap(), 0);
    assert_eq!(selections.forget(at(51)).await.unwrap(), 1);
    assert_eq!(
        selections.find(looked_at.id, &Tenants::All).await.unwrap(),
        None
    );
    assert_eq!(store.count("selection_parts").await, 1);
    let month = 31 * 86_400;
    assert_eq!(selections.forget(at(60 + month)).await.unwrap(), 1);
    assert_eq!(store.count("selection_parts").await, 0);
}

/// What holds beside a selection that this program cannot read.
pub(crate) async fn beside_the_future(store: &Store) {
    accounts(store, "main", 1..3).await;
    let selection = freeze(store, &Tenants::All, &unused()).await;
    store
        .future("UPDATE selections SET filter = 'dreams'")
        .await;
    store
        .future("UPDATE accounts SET tenant = 'Tenant of the Future' WHERE person = 2")
        .await;
    let selections = store.db.selections();
    assert!(selections.find(selection.id, &Tenants::All).await.is_err());
    let other = freeze(store, &Tenants::All, &unused()).await;
    assert_eq!(other.count(), 1);
}
