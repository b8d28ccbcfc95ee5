//! Things that work once.

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::ids::{GrantId, LoginId};
use sesame_domain::ports::{
    Erasure, Erasures, Grant, LAUNCH_DATA_LIFE, OneTime, OneTimeKind, Redeemed, Spent, Standing,
    StoreError,
};
use sesame_domain::time::Timestamp;
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::Backend;
use crate::make::{at, entry, owner, tenant};

const INIT_DATA: OneTimeKind = OneTimeKind::InitData;
const SCREEN: OneTimeKind = OneTimeKind::Screen;
const IT: [u8; 32] = [1; 32];

fn good() -> Redeemed {
    Redeemed::Good {
        owner: owner(1),
        login: login(),
    }
}

fn login() -> LoginId {
    LoginId::from(Uuid::from_u128(5))
}

fn id(number: u128) -> GrantId {
    GrantId::from(Uuid::from_u128(number))
}

/// A token that is given out at this second, and remembered for an hour.
pub(crate) fn grant(number: u128, seconds: i64) -> Grant {
    Grant {
        id: id(number),
        at: at(seconds),
        until: at(seconds + 3600),
    }
}

async fn spend(db: &Database, grant: Grant) -> Spent {
    spend_of(db, 1, 1, grant).await
}

/// Something else, of this person.
async fn spend_of(db: &Database, person: i64, digest: u8, grant: Grant) -> Spent {
    db.one_time()
        .spend(INIT_DATA, [digest; 32], &owner(person), grant)
        .await
        .unwrap()
}

async fn admit(db: &Database, number: u128) -> Standing {
    db.one_time()
        .admit(INIT_DATA, IT, id(number))
        .await
        .unwrap()
}

async fn issue(db: &Database, expires_at: Timestamp) {
    db.one_time()
        .issue(SCREEN, IT, &owner(1), login(), expires_at)
        .await
        .unwrap();
}

async fn erase(db: &Database, person: i64, seconds: i64) {
    let erasure = Erasure {
        id: Uuid::from_u128(u128::try_from(seconds).unwrap()),
        owner: owner(person),
        asked_at: at(seconds),
        done_at: None,
    };
    let action = sesame_domain::audit::Action::PersonErased;
    let audit = entry(&owner(person), erasure.id, action, seconds);
    db.erasures().begin(&erasure, audit).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn what_is_in_use_is_not_exchanged_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    assert!(!db.one_time().is_spent(INIT_DATA, IT).await.unwrap());
    assert_eq!(admit(&db, 1).await, Standing::Unknown);
    assert_eq!(spend(&db, grant(1, 10)).await, Spent::Granted);
    assert!(db.one_time().is_spent(INIT_DATA, IT).await.unwrap());
    for _ in 0..2 {
        assert_eq!(admit(&db, 1).await, Standing::Good);
    }
    assert_eq!(spend(&db, grant(2, 11)).await, Spent::Again);
    assert_eq!(admit(&db, 1).await, Standing::Good);
    assert_eq!(admit(&db, 2).await, Standing::Superseded);
    // Another secret, another kind.
    assert_eq!(spend_of(&db, 1, 2, grant(3, 10)).await, Spent::Granted);
    assert!(!db.one_time().is_spent(SCREEN, IT).await.unwrap());
    let elsewhere = db.one_time().admit(SCREEN, IT, id(1)).await.unwrap();
    assert_eq!(elsewhere, Standing::Unknown);
}

#[rstest]
#[tokio::test]
async fn what_no_one_used_is_exchanged_again_within_a_minute_of_the_first_time(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, other) = (store.db.clone(), store.other_node().await);
    assert_eq!(spend(&db, grant(1, 10)).await, Spent::Granted);
    assert_eq!(spend(&other, grant(2, 40)).await, Spent::Granted);
    // Another node's clock may be behind.
    assert_eq!(spend(&db, grant(3, 9)).await, Spent::Granted);
    assert_eq!(spend(&other, grant(4, 69)).await, Spent::Granted);
    assert_eq!(spend(&db, grant(5, 70)).await, Spent::Again);
    for number in [1, 2, 3, 5] {
        assert_eq!(admit(&db, number).await, Standing::Superseded);
    }
    assert_eq!(admit(&other, 4).await, Standing::Good);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_exchange_and_use_at_once_one_token_works(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let other = store.other_node().await;
    let racers = (0..20).map(|n: u128| {
        let db = if n.is_multiple_of(2) {
            &store.db
        } else {
            &other
        }
        .clone();
        tokio::spawn(async move {
            let spent = spend(&db, grant(n, 10)).await;
            (spent, admit(&db, n).await)
        })
    });
    let mut works = 0;
    for race in join_all(racers).await {
        match race.unwrap() {
            (Spent::Granted, Standing::Good) => works += 1,
            (Spent::Granted | Spent::Again, Standing::Superseded) => {}
            odd => panic!("{odd:?}"),
        }
    }
    assert_eq!(works, 1);
}

#[rstest]
#[tokio::test]
async fn a_link_leads_to_its_login_until_it_is_in_use(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    issue(&db, at(10)).await;
    assert!(!db.one_time().is_spent(SCREEN, IT).await.unwrap());
    let redeem = async |kind, digest, grant| {
        db.one_time()
            .redeem(&tenant(), kind, digest, grant)
            .await
            .unwrap()
    };
    let unknown = redeem(SCREEN, [2; 32], grant(1, 5)).await;
    assert_eq!(unknown, Redeemed::Unknown);
    let unknown = redeem(INIT_DATA, IT, grant(1, 5)).await;
    assert_eq!(unknown, Redeemed::Unknown);
    assert_eq!(redeem(SCREEN, IT, grant(1, 5)).await, good());
    // The answer was lost; the link's own time is over meanwhile.
    assert_eq!(redeem(SCREEN, IT, grant(2, 64)).await, good());
    assert!(db.one_time().is_spent(SCREEN, IT).await.unwrap());
    assert_eq!(redeem(SCREEN, IT, grant(3, 65)).await, Redeemed::Used);
    let admit = async |number| db.one_time().admit(SCREEN, IT, id(number)).await.unwrap();
    assert_eq!(admit(1).await, Standing::Superseded);
    assert_eq!(admit(2).await, Standing::Good);
    assert_eq!(redeem(SCREEN, IT, grant(3, 64)).await, Redeemed::Used);
    let twice = db
        .one_time()
        .issue(SCREEN, IT, &owner(1), login(), at(10))
        .await;
    assert!(matches!(twice, Err(StoreError::Inconsistent(_))));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_redeem_at_once_one_gets_in(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    issue(&store.db, at(10)).await;
    let other = store.other_node().await;
    let racers = (0..10).map(|n: u128| {
        let db = if n.is_multiple_of(2) {
            &store.db
        } else {
            &other
        }
        .clone();
        tokio::spawn(async move {
            let redeemed = db
                .one_time()
                .redeem(&tenant(), SCREEN, IT, grant(n, 5))
                .await
                .unwrap();
            (
                redeemed,
                db.one_time().admit(SCREEN, IT, id(n)).await.unwrap(),
            )
        })
    });
    let mut works = 0;
    for race in join_all(racers).await {
        match race.unwrap() {
            (redeemed, Standing::Good) if redeemed == good() => works += 1,
            (_, Standing::Superseded) => {}
            odd => panic!("{odd:?}"),
        }
    }
    assert_eq!(works, 1);
}

#[rstest]
#[tokio::test]
async fn a_link_that_is_too_old_is_unknown_swept_or_not(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    for (digest, until) in [(1, 10), (2, 11)] {
        db.one_time()
            .issue(SCREEN, [digest; 32], &owner(1), login(), at(until))
            .await
            .unwrap();
    }
    let redeem = async |digest, grant| {
        db.one_time()
            .redeem(&tenant(), SCREEN, [digest; 32], grant)
            .await
            .unwrap()
    };
    assert_eq!(redeem(1, grant(1, 10)).await, Redeemed::Unknown);
    assert_eq!(db.one_time().sweep(at(10)).await.unwrap(), 1);
    assert_eq!(db.one_time().sweep(at(10)).await.unwrap(), 0);
    assert_eq!(redeem(1, grant(1, 9)).await, Redeemed::Unknown);
    assert_eq!(redeem(2, grant(1, 10)).await, good());
}

#[rstest]
#[tokio::test]
async fn what_was_exchanged_is_remembered_as_long_as_the_newest_token_lasts(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    spend(&db, grant(1, 10)).await;
    spend(&db, grant(2, 20)).await;
    assert_eq!(db.one_time().sweep(at(3619)).await.unwrap(), 0);
    assert_eq!(admit(&db, 1).await, Standing::Superseded);
    assert_eq!(admit(&db, 2).await, Standing::Good);
    assert_eq!(db.one_time().sweep(at(3620)).await.unwrap(), 1);
    assert!(!db.one_time().is_spent(INIT_DATA, IT).await.unwrap());
    assert_eq!(admit(&db, 2).await, Standing::Unknown);
}

#[rstest]
#[tokio::test]
async fn an_erasure_makes_tokens_and_links_void_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, other) = (store.db.clone(), store.other_node().await);
    spend(&db, grant(1, 10)).await;
    assert_eq!(admit(&db, 1).await, Standing::Good);
    spend_of(&db, 1, 2, grant(2, 10)).await;
    issue(&db, at(100)).await;
    spend_of(&db, 2, 3, grant(3, 10)).await;

    erase(&db, 1, 10).await;
    assert_eq!(admit(&other, 1).await, Standing::Revoked);
    let admitted = other
        .one_time()
        .admit(INIT_DATA, [2; 32], id(2))
        .await
        .unwrap();
    assert_eq!(admitted, Standing::Revoked);
    // What was spent stays spent: no one signs in by it again.
    assert_eq!(spend(&other, grant(4, 10)).await, Spent::Again);
    assert_eq!(spend_of(&db, 1, 2, grant(5, 10)).await, Spent::Again);
    assert!(other.one_time().is_spent(INIT_DATA, [2; 32]).await.unwrap());
    let redeemed = db
        .one_time()
        .redeem(&tenant(), SCREEN, IT, grant(6, 11))
        .await
        .unwrap();
    assert_eq!(redeemed, Redeemed::Unknown);
    let theirs = db
        .one_time()
        .admit(INIT_DATA, [3; 32], id(3))
        .await
        .unwrap();
    assert_eq!(theirs, Standing::Good);

    // At the same moment, the person is back.
    assert_eq!(spend_of(&db, 1, 4, grant(7, 10)).await, Spent::Granted);
    let back = db
        .one_time()
        .admit(INIT_DATA, [4; 32], id(7))
        .await
        .unwrap();
    assert_eq!(back, Standing::Good);
    assert_eq!(admit(&db, 1).await, Standing::Revoked);
    let named = "UPDATE one_time SET used = used WHERE person = 1";
    assert_eq!(store.sql(named).await.unwrap(), 1);
}

#[rstest]
#[tokio::test]
async fn an_erasure_is_remembered_as_long_as_launch_data_from_before_it_could_be_used(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    assert_eq!(db.one_time().erased_at(&owner(1)).await.unwrap(), None);
    erase(&db, 1, 10).await;
    erase(&db, 1, 20).await;
    assert_eq!(
        db.one_time().erased_at(&owner(1)).await.unwrap(),
        Some(at(20))
    );
    assert_eq!(db.one_time().erased_at(&owner(2)).await.unwrap(), None);
    assert_eq!(
        db.one_time()
            .sweep(at(20) + LAUNCH_DATA_LIFE)
            .await
            .unwrap(),
        0
    );
    let later = at(20) + LAUNCH_DATA_LIFE * 2;
    assert_eq!(db.one_time().sweep(later).await.unwrap(), 1);
    assert_eq!(db.one_time().erased_at(&owner(1)).await.unwrap(), None);
}
