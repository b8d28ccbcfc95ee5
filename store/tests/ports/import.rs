//! Linking accounts whose sessions come from elsewhere.

use rstest::rstest;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::audit::Action;
use sesame_domain::ids::{AccountId, SessionId};
use sesame_domain::ports::{Accounts, ImportRequest, Imported, StoreError};
use sesame_domain::random::SystemEntropy;
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::Backend;
use crate::make::{
    at, audited, device, entry, linked, node, owner, profile, sealed, session_id, tenant,
};

fn import(person: i64, session: SessionId, now: i64) -> ImportRequest {
    ImportRequest {
        owner: owner(person),
        new_account: AccountId::generate(&SystemEntropy, at(now)),
        session,
        sealed: sealed("imported"),
        cursor: None,
        profile: profile("Ann"),
        device: device(),
        now: at(now),
        audit: entry(
            &owner(person),
            session.as_uuid(),
            Action::AccountImported,
            now,
        ),
    }
}

async fn actions(db: &Database, person: i64) -> Vec<Action> {
    let entries = audited(db, &owner(person)).await;
    entries.iter().map(|entry| entry.action.clone()).collect()
}

#[rstest]
#[tokio::test]
async fn an_imported_account_is_linked(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let session = session_id();
    let Imported::Linked(account) = db.accounts().import(import(1, session, 10)).await.unwrap()
    else {
        panic!("no account was there before");
    };
    assert_eq!((account.session, account.health), (session, Health::Alive));
    assert_eq!((account.linked_at, account.used_at), (at(10), at(10)));
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), Some(account));
    let stored = db.accounts().claim_session(session, &node()).await.unwrap();
    assert_eq!(stored.sealed, sealed("imported"));
    assert_eq!(actions(db, 1).await, [Action::AccountImported]);
}

#[rstest]
#[tokio::test]
async fn importing_again_changes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let account = linked(db, &owner(1), 0).await;
    let again = db
        .accounts()
        .import(import(1, session_id(), 10))
        .await
        .unwrap();
    assert_eq!(again, Imported::Present(account.clone()));
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), Some(account));
    assert_eq!(
        db.accounts().leaving(&tenant(), at(99), 10).await.unwrap(),
        []
    );
    assert_eq!(actions(db, 1).await, [Action::AccountLinked]);
}

#[rstest]
#[tokio::test]
async fn a_dead_session_is_replaced_and_leaves(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let dead = linked(db, &owner(1), 0).await;
    let health = Health::Dead {
        cause: DeathCause::from_name("revoked").unwrap(),
        since: at(5),
    };
    db.accounts()
        .set_health(dead.id, dead.session, health, at(5), None)
        .await
        .unwrap();
    let session = session_id();
    let Imported::Linked(account) = db.accounts().import(import(1, session, 10)).await.unwrap()
    else {
        panic!("the account was dead");
    };
    assert_eq!((account.id, account.session), (dead.id, session));
    assert_eq!(account.health, Health::Alive);
    let leaving = db.accounts().leaving(&tenant(), at(10), 10).await.unwrap();
    assert_eq!(leaving.len(), 1);
    assert_eq!(leaving[0].id, dead.session);
}

#[rstest]
#[tokio::test]
async fn a_session_that_left_is_not_imported(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let account = linked(db, &owner(1), 0).await;
    let entry = |action| entry(&owner(1), Uuid::nil(), action, 5);
    db.accounts()
        .unlink(&owner(1), account.id, entry(Action::AccountUnlinked), None)
        .await
        .unwrap();
    let leaving = db.accounts().import(import(1, account.session, 10)).await;
    assert!(matches!(leaving, Err(StoreError::NotFound(_))));
    db.accounts()
        .destroy_data_key(account.session, entry(Action::DataKeyDestroyed))
        .await
        .unwrap();
    db.accounts()
        .erase_session(account.session, entry(Action::SessionEnded))
        .await
        .unwrap();
    let erased = db.accounts().import(import(1, account.session, 10)).await;
    assert!(matches!(erased, Err(StoreError::NotFound(_))));
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), None);
}
