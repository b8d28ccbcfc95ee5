//! What was written before there was a chain.

use rstest::rstest;
use sesame_domain::ids::{Owner, PersonId};
use sesame_domain::ports::AuditLog;
use sesame_migrations::{Migrator, MigratorTrait};

use crate::chain::{Backend, Chain, tenant};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_read_and_is_counted_apart(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let chain = Chain::empty(backend).await;
    let steps = Migrator::migrations();
    let steps = steps
        .iter()
        .position(|step| step.name().ends_with("_audit_chain"));
    chain.migrate_up_to(steps.unwrap()).await;
    let id = "00000000000000000000000000000003";
    let (moment, subject) = match backend {
        Backend::Sqlite => ("2026-01-01T00:00:01+00:00", format!("x'{id}'")),
        Backend::Postgres => ("2026-01-01 00:00:01Z", format!("'{id}'")),
    };
    for seq in 1..=3 {
        let old = format!(
            "INSERT INTO audit (tenant, seq, person, at, subject, actor_kind, action, reason) \
             VALUES ('main', {seq}, 7, '{moment}', {subject}, 'owner', 'session_opened', '')"
        );
        chain.sql(&old).await;
    }
    chain.db.migrate().await.unwrap();
    chain.write(10).await;
    chain.checkpoint().await;
    let report = chain.verify().await;
    assert!(report.is_whole(), "{:?}", report.bad);
    assert_eq!((report.before_chain, report.entries), (3, 40));
    let owner = Owner {
        tenant: tenant(),
        person: PersonId(7),
    };
    assert_eq!(
        chain.db.audit_log().about(&owner, 100).await.unwrap().len(),
        43
    );
}
