//! What came of verifying the audit.

use rstest::rstest;
use sesame_domain::listing::Tenants;
use sesame_domain::ports::{AuditVerification, AuditVerifications};

use crate::backend::{Backend, Store};
use crate::future::TENANT;
use crate::make::at;

fn verified(tenant: &str, seconds: i64, first_bad: Option<&str>) -> AuditVerification {
    AuditVerification {
        tenant: tenant.parse().unwrap(),
        at: at(seconds),
        entries: 7,
        first_bad: first_bad.map(str::to_owned),
    }
}

async fn note(store: &Store, verification: &AuditVerification) {
    let verifications = store.db.audit_verifications();
    verifications.note(verification).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn the_last_of_each_tenant_is_known_on_every_node(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let other = store.other_node().await;
    let last = async |tenants| {
        let last = other.audit_verifications().last(&tenants).await.unwrap();
        last.into_iter().map(Result::unwrap).collect::<Vec<_>>()
    };
    assert_eq!(last(Tenants::All).await, []);
    let broken = verified("main", 0, Some("strand 3, entry 4: was changed"));
    note(&store, &broken).await;
    assert_eq!(last(Tenants::All).await, [broken]);
    let (again, beside) = (verified("main", 60, None), verified("other", 30, None));
    note(&store, &again).await;
    note(&store, &beside).await;
    assert_eq!(last(Tenants::All).await, [again, beside.clone()]);
    let only = Tenants::These(vec!["other".parse().unwrap()]);
    assert_eq!(last(only).await, [beside]);
}

/// One that is not understood stands beside those that are.
pub(crate) async fn beside_the_future(store: &Store) {
    note(store, &verified("main", 0, None)).await;
    note(store, &verified("other", 0, None)).await;
    let future =
        format!("UPDATE audit_verifications SET tenant = '{TENANT}' WHERE tenant = 'other'");
    store.future(&future).await;
    let verifications = store.db.audit_verifications();
    let last = verifications.last(&Tenants::All).await.unwrap();
    let broken: Vec<_> = last.iter().map(Result::is_err).collect();
    assert_eq!(broken, [true, false]);
}
