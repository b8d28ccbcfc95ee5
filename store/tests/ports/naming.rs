//! What fails names the table and the row.

use rstest::rstest;
use sesame_domain::audit::Action;
use sesame_domain::ports::{
    Accounts, AuditLog, AuditTrail, Erasures, InstanceSecrets, KeyRegister, Logins, OneTime,
    Outbox, People, StoreError,
};
use sesame_domain::reason::Reason;
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::make::{Starts as _, at, entry, linked, login, node, owner, sealed, session_id};

/// A database whose tables are out of the way.
async fn without(backend: Backend, tables: &[&str]) -> Store {
    let store = backend.store().await;
    for table in tables {
        let rename = format!("ALTER TABLE {table} RENAME TO {table}_gone");
        store.sql(&rename).await.unwrap();
    }
    store
}

fn said<T: std::fmt::Debug>(failed: Result<T, StoreError>) -> String {
    Reason::of(&failed.unwrap_err()).to_string()
}

#[rstest]
#[tokio::test]
async fn what_a_driver_refuses_names_the_table_and_the_row(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let tables = [
        "logins",
        "sessions",
        "people",
        "outbox",
        "instance_secrets",
        "erasures",
        "key_versions",
        "one_time",
        "audit_checkpoints",
    ];
    let store = without(backend, &tables).await;
    let db = &store.db;
    let (begun, session) = (login(&owner(1), 0), session_id());
    let row = |table: &str, id: String| format!("table {table}, row id {id}");
    let told = [
        (
            said(Logins::find(db, begun.id).await),
            row("logins", begun.id.to_string()),
        ),
        (
            said(db.claim(begun.id, &node()).await),
            row("logins", begun.id.to_string()),
        ),
        (
            said(db.start(&begun).await),
            row("logins", begun.id.to_string()),
        ),
        (
            said(db.claim_session(session, &node()).await),
            row("sessions", session.to_string()),
        ),
        (
            said(db.leaving(at(0), 1).await),
            "table sessions".to_owned(),
        ),
        (
            said(People::find(db, &owner(1)).await),
            "table people".to_owned(),
        ),
        (
            said(db.take(at(0), at(0), 1).await),
            "table outbox".to_owned(),
        ),
        (
            said(db.secret("token").await),
            "table instance_secrets".to_owned(),
        ),
        (said(db.pending(1).await), "table erasures".to_owned()),
        (
            said(KeyRegister::find(db, "k1").await),
            row("key_versions", "k1".to_owned()),
        ),
        (said(db.sweep(at(0)).await), "table one_time".to_owned()),
        (
            said(db.last_checkpoint(&owner(1).tenant).await),
            "table audit_checkpoints".to_owned(),
        ),
    ];
    for (said, named) in told {
        assert!(said.contains(&named), "{said} does not name {named}");
    }
}

/// In one transaction with what it belongs to.
#[rstest]
#[tokio::test]
async fn what_fails_beside_a_row_names_its_own_table(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let account = linked(&store.db, &owner(1), 0).await;
    store
        .sql("ALTER TABLE audit_entries RENAME TO gone")
        .await
        .unwrap();
    let audit = entry(&owner(1), Uuid::nil(), Action::AccountUnlinked, 10);
    let said = said(store.db.unlink(&owner(1), account.id, audit, None).await);
    assert!(said.contains("table audit_entries"), "{said}");
    assert_eq!(store.db.of(&owner(1)).await.unwrap(), Some(account));
}

/// Nothing of the row but its key.
#[rstest]
#[tokio::test]
async fn what_cannot_be_read_is_named_and_not_shown(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let account = linked(&store.db, &owner(1), 0).await;
    store
        .db
        .put_secret("token", &sealed("hidden"))
        .await
        .unwrap();
    let change = "UPDATE accounts SET health = 'hidden', name = 'hidden'";
    store.sql(change).await.unwrap();
    let said = said(store.db.of(&owner(1)).await);
    let named = format!("table accounts, row id {}", account.id);
    assert!(said.contains(&named), "{said}");
    assert!(!said.contains("hidden"), "{said}");
    assert_eq!(store.db.about(&owner(2), 1).await.unwrap(), []);
}
