//! Erasing everything about a person.

use std::sync::Arc;
use std::time::Duration;

use rstest::rstest;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, TransactionTrait};
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::login::Ending;
use sesame_domain::ports::{
    Accounts, ErasedNow, Erasure, Erasures, Intent, Logins, People, StoreError,
};
use sesame_store::{Database, DatabaseSettings};
use uuid::Uuid;

use crate::backend::{Backend, Keys, Store};
use crate::make::{
    Starts as _, at, end, entry, linked, linking, login, owner, request, session_id,
};

const ID: Uuid = Uuid::from_u128(7);

fn erasure(asked: i64) -> Erasure {
    Erasure {
        id: ID,
        owner: owner(1),
        asked_at: at(asked),
        done_at: None,
    }
}

fn audit(seconds: i64) -> AuditEntry {
    entry(&owner(1), ID, Action::PersonErased, seconds)
}

async fn begin(db: &Database, asked: i64) -> ErasedNow {
    db.erasures()
        .begin(&erasure(asked), audit(asked))
        .await
        .unwrap()
}

#[rstest]
#[tokio::test]
async fn an_erasure_unlinks_at_once_and_is_done_when_the_session_is_gone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let account = linked(db, &owner(1), 0).await;
    let other = linked(db, &owner(2), 0).await;
    db.people()
        .seen(&owner(1), Some("de"), at(1))
        .await
        .unwrap();
    let now = begin(db, 10).await;
    let expected = ErasedNow {
        account: Some(account.id),
        logins: 1,
        notices: now.notices,
        running: None,
    };
    assert_eq!(now, expected);
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), None);
    assert_eq!(db.people().find(&owner(1)).await.unwrap(), None);
    assert_eq!(db.erasures().pending(10).await.unwrap(), [erasure(10)]);
    assert!(!db.erasures().finish(ID, audit(11)).await.unwrap());

    let entry = |action| entry(&owner(1), account.session.as_uuid(), action, 12);
    db.accounts()
        .destroy_data_key(account.session, entry(Action::DataKeyDestroyed))
        .await
        .unwrap();
    db.accounts()
        .erase_session(account.session, entry(Action::SessionEnded))
        .await
        .unwrap();
    assert!(db.erasures().finish(ID, audit(13)).await.unwrap());
    assert!(db.erasures().finish(ID, audit(14)).await.unwrap());
    assert_eq!(db.erasures().pending(10).await.unwrap(), []);
    assert_eq!(db.accounts().of(&owner(2)).await.unwrap(), Some(other));
    // The row names no one any more.
    let named = store
        .sql("UPDATE erasures SET asked_at = asked_at WHERE person IS NOT NULL")
        .await;
    assert_eq!(named.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn a_login_under_way_is_to_be_cancelled_and_links_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let claimed = linking(db, &owner(1), 0).await;
    let now = begin(db, 10).await;
    assert_eq!(now.running, Some(claimed.login.id));
    let intent = db.logins().intent(claimed.login.id).await.unwrap();
    assert_eq!(intent, Some(Intent::Cancel));
    let late = db.logins().link(request(&claimed, session_id(), 11)).await;
    assert!(matches!(late, Err(StoreError::NotFound(_))));
    assert!(!db.erasures().finish(ID, audit(12)).await.unwrap());
    end(db, &claimed, Ending::Cancelled, 13).await;
    assert!(db.erasures().finish(ID, audit(14)).await.unwrap());
    let gone = db.logins().find(claimed.login.id).await.unwrap();
    assert_eq!(gone, None);
}

#[rstest]
#[tokio::test]
async fn who_comes_back_after_an_erasure_stays(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    begin(db, 10).await;
    let begun = login(&owner(1), 20);
    db.logins().start(&begun).await.unwrap();
    db.people().seen(&owner(1), None, at(20)).await.unwrap();
    assert!(db.erasures().finish(ID, audit(30)).await.unwrap());
    assert_eq!(db.logins().find(begun.id).await.unwrap(), Some(begun));
    assert!(db.people().find(&owner(1)).await.unwrap().is_some());
}

#[rstest]
#[tokio::test]
async fn an_erasure_that_no_one_began_is_not_found(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let missing = store.db.erasures().finish(ID, audit(1)).await;
    assert!(matches!(missing, Err(StoreError::NotFound(_))));
}

fn other(id: u128, person: i64, asked: i64) -> Erasure {
    Erasure {
        id: Uuid::from_u128(id),
        owner: owner(person),
        ..erasure(asked)
    }
}

/// Keeps everyone from writing, and from all that only one may do at a time.
async fn keep_from_writing(store: &Store) -> DatabaseConnection {
    let mut options = ConnectOptions::new(&store.url);
    options.max_connections(1);
    let db = sea_orm::Database::connect(options).await.unwrap();
    let statements: &[&str] = if db.get_database_backend() == DbBackend::Sqlite {
        &["BEGIN IMMEDIATE"]
    } else {
        &[
            "BEGIN",
            "LOCK TABLE erasures, sessions, logins, accounts, outbox, people, one_time, \
             audit_entries, audit_strands IN EXCLUSIVE MODE",
            "SELECT pg_advisory_xact_lock(hashtextextended('erasures', 0))",
        ]
    };
    for statement in statements {
        db.execute_unprepared(statement).await.unwrap();
    }
    db
}

#[rstest]
#[tokio::test]
async fn looking_at_erasures_that_wait_writes_nothing_and_waits_for_no_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    linked(db, &owner(1), 0).await;
    begin(db, 10).await;
    let busy = keep_from_writing(&store).await;
    assert_eq!(db.erasures().finishable(10).await.unwrap(), []);
    assert!(!db.erasures().finish(ID, audit(11)).await.unwrap());
    busy.execute_unprepared("ROLLBACK").await.unwrap();
    assert_eq!(db.erasures().pending(10).await.unwrap(), [erasure(10)]);
}

#[rstest]
#[tokio::test]
async fn one_that_waits_hides_none_that_need_not_wait(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    linked(db, &owner(1), 0).await;
    linking(db, &owner(2), 0).await;
    for waits in [erasure(10), other(8, 2, 11)] {
        db.erasures().begin(&waits, audit(11)).await.unwrap();
    }
    let ready = other(9, 3, 12);
    db.erasures().begin(&ready, audit(12)).await.unwrap();
    assert_eq!(db.erasures().finishable(1).await.unwrap(), [ready]);
    assert_eq!(db.erasures().pending(10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn erasures_do_not_wait_for_each_other_but_for_a_restore() {
    let store = Backend::Postgres.store().await;
    let other_erasure = "SELECT pg_advisory_lock_shared(hashtextextended('erasures', 0))";
    let restore = "SELECT pg_advisory_lock(hashtextextended('erasures', 0))";
    for (lock, waits) in [(other_erasure, false), (restore, true)] {
        let raw = sea_orm::Database::connect(&store.url).await.unwrap();
        let held = raw.begin().await.unwrap();
        held.execute_unprepared(lock).await.unwrap();
        let mut settings = DatabaseSettings::new(store.url.as_str().into());
        settings.statement_timeout = Duration::from_millis(500);
        let db = Database::connect(&settings)
            .await
            .unwrap()
            .with_audit_keys(Arc::new(Keys));
        let begun = other(u128::from(waits), 5, 10);
        let begun = db.erasures().begin(&begun, audit(10)).await;
        assert_eq!(begun.is_err(), waits, "{begun:?}");
        held.rollback().await.unwrap();
        raw.close().await.unwrap();
    }
}

#[rstest]
#[tokio::test]
async fn one_person_may_ask_twice_at_the_same_moment(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    linked(&store.db, &owner(1), 0).await;
    let node = store.other_node().await;
    let (first, second) = (other(8, 1, 10), other(9, 1, 10));
    let (here, there) = (store.db.erasures(), node.erasures());
    let (first, second) = tokio::join!(
        here.begin(&first, audit(10)),
        there.begin(&second, audit(10)),
    );
    let unlinked = [first.unwrap().account, second.unwrap().account];
    assert_eq!(unlinked.iter().flatten().count(), 1);
    assert_eq!(store.db.erasures().pending(10).await.unwrap().len(), 2);
}
