//! The audit.

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::ports::{AuditLog, StoreError};
use uuid::Uuid;

use crate::backend::Backend;
use crate::make::{entry, owner};

const SUBJECT: Uuid = Uuid::from_u128(3);

#[rstest]
#[tokio::test]
async fn entries_come_back_newest_first_as_they_were(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let actions = [
        (Action::SessionOpened, Actor::Owner),
        (
            Action::AccountLinked,
            Actor::System {
                part: "login".into(),
            },
        ),
        (
            Action::AccountUnlinked,
            Actor::Operator { name: "Eve".into() },
        ),
        (Action::SessionEnded, Actor::Owner),
        (Action::WrongAccountRefused, Actor::Owner),
    ];
    let mut entries: Vec<AuditEntry> = Vec::new();
    for (action, actor) in actions {
        let entry = AuditEntry {
            actor,
            ..entry(&owner(1), SUBJECT, action, 10)
        };
        db.append(entry.clone()).await.unwrap();
        entries.insert(0, entry);
    }
    db.append(entry(&owner(2), SUBJECT, Action::SessionEnded, 11))
        .await
        .unwrap();
    assert_eq!(db.about(&owner(1), 10).await.unwrap(), entries);
    assert_eq!(db.about(&owner(1), 2).await.unwrap(), entries[..2]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn entries_that_come_at_once_are_numbered_without_gaps_for_each_tenant(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let other = store.other_node().await;
    let appends = (0..20).map(|n| {
        let db = if n % 2 == 0 { &store.db } else { &other }.clone();
        let mut owner = owner(n);
        if n % 4 < 2 {
            owner.tenant = "second".parse().unwrap();
        }
        tokio::spawn(async move {
            db.append(entry(&owner, SUBJECT, Action::SessionOpened, n))
                .await
                .unwrap();
        })
    });
    join_all(appends).await.into_iter().for_each(Result::unwrap);
    // The schema makes the numbers unique, so none lies outside of 1 to 10.
    let outside = store
        .sql("CREATE TABLE odd AS SELECT tenant FROM audit WHERE seq NOT BETWEEN 1 AND 10")
        .await;
    outside.unwrap();
    assert_eq!(store.sql("DELETE FROM odd").await.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn the_database_refuses_to_change_or_remove_entries(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("UPDATE audit SET reason = 'none'", "DELETE FROM audit")] change: &str,
) {
    let store = backend.store().await;
    let entry = entry(&owner(1), SUBJECT, Action::SessionOpened, 10);
    store.db.append(entry.clone()).await.unwrap();
    let refused = store.sql(change).await.unwrap_err();
    assert!(refused.to_string().contains("append-only"), "{refused}");
    assert_eq!(store.db.about(&owner(1), 10).await.unwrap(), [entry]);
}

#[rstest]
#[tokio::test]
async fn an_action_that_no_one_knows_is_inconsistent(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let made_up = "INSERT INTO audit (tenant, seq, person, at, subject, actor_kind, action, reason) \
                   SELECT tenant, 2, person, at, subject, actor_kind, 'flew', reason FROM audit";
    let entry = AuditEntry {
        actor: Actor::Owner,
        ..entry(&owner(1), SUBJECT, Action::SessionOpened, 10)
    };
    store.db.append(entry).await.unwrap();
    store.sql(made_up).await.unwrap();
    let found = store.db.about(&owner(1), 10).await;
    assert!(matches!(found, Err(StoreError::Inconsistent(_))));
}
