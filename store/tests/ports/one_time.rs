//! Things that work once.

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::ids::LoginId;
use sesame_domain::ports::{OneTime, OneTimeKind, Redeemed, Spent, StoreError};
use uuid::Uuid;

use crate::backend::Backend;
use crate::make::{at, owner};

const INIT_DATA: OneTimeKind = OneTimeKind::InitData;
const SCREEN: OneTimeKind = OneTimeKind::Screen;

fn good() -> Redeemed {
    Redeemed::Good {
        owner: owner(1),
        login: LoginId::from(Uuid::from_u128(5)),
    }
}

#[rstest]
#[tokio::test]
async fn something_is_spent_for_the_first_time_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    assert!(!db.is_spent(INIT_DATA, [1; 32]).await.unwrap());
    assert_eq!(
        db.spend(INIT_DATA, [1; 32], at(10)).await.unwrap(),
        Spent::First
    );
    assert_eq!(
        db.spend(INIT_DATA, [1; 32], at(10)).await.unwrap(),
        Spent::Again
    );
    assert!(db.is_spent(INIT_DATA, [1; 32]).await.unwrap());
    // Another secret, another kind.
    assert_eq!(
        db.spend(INIT_DATA, [2; 32], at(10)).await.unwrap(),
        Spent::First
    );
    assert!(!db.is_spent(SCREEN, [1; 32]).await.unwrap());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_spend_at_once_one_is_first(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let other = store.other_node().await;
    let spends = (0..10).map(|n| {
        let db = if n % 2 == 0 { &store.db } else { &other }.clone();
        tokio::spawn(async move { db.spend(INIT_DATA, [1; 32], at(10)).await.unwrap() })
    });
    let spent: Vec<_> = join_all(spends)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        spent.iter().filter(|spent| **spent == Spent::First).count(),
        1
    );
}

#[rstest]
#[tokio::test]
async fn a_link_leads_to_its_login_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let login = LoginId::from(Uuid::from_u128(5));
    db.issue(SCREEN, [1; 32], &owner(1), login, at(10))
        .await
        .unwrap();
    assert!(!db.is_spent(SCREEN, [1; 32]).await.unwrap());
    assert_eq!(
        db.redeem(SCREEN, [2; 32], at(5)).await.unwrap(),
        Redeemed::Unknown
    );
    assert_eq!(
        db.redeem(INIT_DATA, [1; 32], at(5)).await.unwrap(),
        Redeemed::Unknown
    );
    assert_eq!(db.redeem(SCREEN, [1; 32], at(5)).await.unwrap(), good());
    assert_eq!(
        db.redeem(SCREEN, [1; 32], at(6)).await.unwrap(),
        Redeemed::Used
    );
    assert!(db.is_spent(SCREEN, [1; 32]).await.unwrap());
    let twice = db.issue(SCREEN, [1; 32], &owner(1), login, at(10)).await;
    assert!(matches!(twice, Err(StoreError::Inconsistent(_))));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_redeem_at_once_one_gets_in(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let login = LoginId::from(Uuid::from_u128(5));
    store
        .db
        .issue(SCREEN, [1; 32], &owner(1), login, at(10))
        .await
        .unwrap();
    let other = store.other_node().await;
    let redeems = (0..10).map(|n| {
        let db = if n % 2 == 0 { &store.db } else { &other }.clone();
        tokio::spawn(async move { db.redeem(SCREEN, [1; 32], at(5)).await.unwrap() })
    });
    let redeemed: Vec<_> = join_all(redeems)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(redeemed.iter().filter(|one| **one == good()).count(), 1);
    assert_eq!(
        redeemed
            .iter()
            .filter(|one| **one == Redeemed::Used)
            .count(),
        9
    );
}

#[rstest]
#[tokio::test]
async fn a_link_that_is_too_old_is_unknown_swept_or_not(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let login = LoginId::from(Uuid::from_u128(5));
    for (digest, until) in [(1, 10), (2, 11)] {
        db.issue(SCREEN, [digest; 32], &owner(1), login, at(until))
            .await
            .unwrap();
    }
    assert_eq!(
        db.redeem(SCREEN, [1; 32], at(10)).await.unwrap(),
        Redeemed::Unknown
    );
    assert_eq!(db.sweep(at(10)).await.unwrap(), 1);
    assert_eq!(db.sweep(at(10)).await.unwrap(), 0);
    assert_eq!(
        db.redeem(SCREEN, [1; 32], at(9)).await.unwrap(),
        Redeemed::Unknown
    );
    assert_eq!(db.redeem(SCREEN, [2; 32], at(10)).await.unwrap(), good());
}

#[rstest]
#[tokio::test]
async fn what_was_spent_is_forgotten_in_time(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    db.spend(INIT_DATA, [1; 32], at(10)).await.unwrap();
    assert_eq!(db.sweep(at(9)).await.unwrap(), 0);
    assert!(db.is_spent(INIT_DATA, [1; 32]).await.unwrap());
    assert_eq!(db.sweep(at(10)).await.unwrap(), 1);
    assert!(!db.is_spent(INIT_DATA, [1; 32]).await.unwrap());
}
