//! Erasing everything about a person.

use rstest::rstest;
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::login::Ending;
use sesame_domain::ports::{
    Accounts, ErasedNow, Erasure, Erasures, Intent, Logins, People, StoreError,
};
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::Backend;
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
    Erasures::begin(db, &erasure(asked), audit(asked))
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
    db.seen(&owner(1), Some("de"), at(1)).await.unwrap();
    let now = begin(db, 10).await;
    let expected = ErasedNow {
        accounts: 1,
        logins: 1,
        notices: now.notices,
        running: None,
    };
    assert_eq!(now, expected);
    assert_eq!(db.of(&owner(1)).await.unwrap(), []);
    assert_eq!(People::find(db, &owner(1)).await.unwrap(), None);
    assert_eq!(db.pending(10).await.unwrap(), [erasure(10)]);
    assert!(!db.finish(ID, audit(11)).await.unwrap());

    let entry = |action| entry(&owner(1), account.session.as_uuid(), action, 12);
    db.destroy_data_key(account.session, entry(Action::DataKeyDestroyed))
        .await
        .unwrap();
    db.erase_session(account.session, entry(Action::SessionEnded))
        .await
        .unwrap();
    assert!(db.finish(ID, audit(13)).await.unwrap());
    assert!(db.finish(ID, audit(14)).await.unwrap());
    assert_eq!(db.pending(10).await.unwrap(), []);
    assert_eq!(db.of(&owner(2)).await.unwrap(), [other]);
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
    let intent = db.intent(claimed.login.id).await.unwrap();
    assert_eq!(intent, Some(Intent::Cancel));
    let late = db.link(request(&claimed, session_id(), 11)).await;
    assert!(matches!(late, Err(StoreError::NotFound)));
    assert!(!db.finish(ID, audit(12)).await.unwrap());
    end(db, &claimed, Ending::Cancelled, 13).await;
    assert!(db.finish(ID, audit(14)).await.unwrap());
    let gone = Logins::find(db, claimed.login.id).await.unwrap();
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
    db.start(&begun).await.unwrap();
    db.seen(&owner(1), None, at(20)).await.unwrap();
    assert!(db.finish(ID, audit(30)).await.unwrap());
    assert_eq!(Logins::find(db, begun.id).await.unwrap(), Some(begun));
    assert!(People::find(db, &owner(1)).await.unwrap().is_some());
}

#[rstest]
#[tokio::test]
async fn an_erasure_that_no_one_began_is_not_found(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let missing = store.db.finish(ID, audit(1)).await;
    assert!(matches!(missing, Err(StoreError::NotFound)));
}
