//! No list shows what is not of the tenants that were named, whatever is asked.

use rstest::rstest;
use sesame_domain::audit::Action;
use sesame_domain::ids::Owner;
use sesame_domain::listing::{Query, Tenants};
use sesame_domain::ports::listing::{
    AccountFilter, AccountListing as _, AuditFilter, AuditListing as _, JobFilter, JobListing as _,
    LoginFilter, LoginListing as _, PersonFilter, PersonListing as _, WaitFilter, WaitListing as _,
};
use sesame_domain::ports::{AuditLog as _, People as _};
use uuid::Uuid;

use super::jobs::{left as left_job, parked, theirs};
use super::{all, of, only, rows};
use crate::backend::{Backend, Store};
use crate::make::{Starts as _, at, entry, linked, login};

/// One row of each list, of someone with the same number at each.
async fn fill(store: &Store, tenant: &str) {
    let owner = of(tenant, 7);
    linked(&store.db, &owner, 10).await;
    store.db.logins().start(&login(&owner, 20)).await.unwrap();
    store
        .db
        .people()
        .seen(&owner, Some("en"), at(30))
        .await
        .unwrap();
    left_job(store, &theirs(tenant, 7, 40), parked(900), 50).await;
    let noted = entry(&owner, Uuid::from_u128(7), Action::SessionOpened, 60);
    store.db.audit_log().append(noted).await.unwrap();
}

/// Whose rows each list shows.
async fn shown(store: &Store, tenants: &Tenants) -> Vec<(&'static str, Vec<Owner>)> {
    let listing = store.db.listing();
    let person = of("main", 7).person;
    macro_rules! owners {
        ($list:ident($filter:expr $(, $more:expr)?), $owner:expr) => {{
            let query = Query { tenants: tenants.clone(), ..all($filter) };
            let listed = listing.$list(&query $(, $more)?).await.unwrap();
            let counted = listed.count.unwrap().rows as usize;
            let owners: Vec<Owner> = rows(listed).into_iter().filter_map($owner).collect();
            assert!(counted >= owners.len());
            (stringify!($list), owners)
        }};
    }
    vec![
        owners!(logins(LoginFilter::default()), |it| Some(it.login.owner)),
        owners!(
            logins(LoginFilter {
                person: Some(person),
                ..Default::default()
            }),
            |it| Some(it.login.owner)
        ),
        owners!(accounts(AccountFilter::default()), |it| Some(
            it.account.owner
        )),
        owners!(
            accounts(AccountFilter {
                key: Some("k1".into()),
                ..Default::default()
            }),
            |it| Some(it.account.owner)
        ),
        owners!(people(PersonFilter::default()), |it| Some(it.record.owner)),
        owners!(
            people(PersonFilter {
                person: Some(person),
                is_linked: Some(true),
                ..Default::default()
            }),
            |it| Some(it.record.owner)
        ),
        owners!(jobs(JobFilter::default()), |it| it.owner),
        owners!(
            jobs(JobFilter {
                person: Some(person),
                ..Default::default()
            }),
            |it| it.owner
        ),
        owners!(entries(AuditFilter::default()), |it| Some(it.entry.owner)),
        owners!(
            entries(AuditFilter {
                subject: Some(Uuid::from_u128(7)),
                ..Default::default()
            }),
            |it| Some(it.entry.owner)
        ),
        owners!(waits(WaitFilter::default(), at(100)), |it| it.owner),
    ]
}

#[rstest]
#[tokio::test]
async fn whoever_may_see_one_tenant_sees_no_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for tenant in ["main", "other", "third"] {
        fill(&store, tenant).await;
    }
    for (list, owners) in shown(&store, &only("main")).await {
        assert!(!owners.is_empty(), "{list}");
        assert!(
            owners.iter().all(|it| *it == of("main", 7)),
            "{list}: {owners:?}"
        );
    }
    let two = Tenants::These(vec!["main".parse().unwrap(), "third".parse().unwrap()]);
    for (list, owners) in shown(&store, &two).await {
        let of_other = owners.iter().filter(|it| it.tenant.as_str() == "other");
        assert_eq!(of_other.count(), 0, "{list}");
        assert!(owners.len() >= 2, "{list}: {owners:?}");
    }
    // Whoever is named twice has their rows once.
    let twice = Tenants::These(vec!["main".parse().unwrap(), "main".parse().unwrap()]);
    let once = shown(&store, &only("main")).await;
    assert_eq!(shown(&store, &twice).await, once);
    for nothing in [Tenants::These(Vec::new()), only("stranger")] {
        for (list, owners) in shown(&store, &nothing).await {
            assert_eq!(owners, [], "{list}");
        }
    }
    for (list, owners) in shown(&store, &Tenants::All).await {
        assert!(owners.len() >= 3, "{list}: {owners:?}");
    }
}
