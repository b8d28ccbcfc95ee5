//! Secrets of the instance itself.

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::ports::{InstanceSecrets, Rewrapping as _, WrappedPlace};

use crate::backend::{Backend, Store};
use crate::make::sealed;

#[rstest]
#[tokio::test]
async fn a_secret_is_found_by_its_name(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    assert_eq!(db.secrets().find("audit").await.unwrap(), None);
    let put = db.secrets().put("audit", &sealed("one")).await.unwrap();
    assert_eq!(put, sealed("one"));
    assert_eq!(
        db.secrets().find("audit").await.unwrap(),
        Some(sealed("one"))
    );
    assert_eq!(db.secrets().find("links").await.unwrap(), None);
    let other = db.secrets().put("links", &sealed("two")).await.unwrap();
    assert_eq!(other, sealed("two"));
    assert_eq!(
        db.secrets().find("audit").await.unwrap(),
        Some(sealed("one"))
    );
}

#[rstest]
#[tokio::test]
async fn a_secret_that_is_there_stays(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    db.secrets().put("audit", &sealed("one")).await.unwrap();
    let again = db.secrets().put("audit", &sealed("two")).await.unwrap();
    assert_eq!(again, sealed("one"));
    assert_eq!(
        db.secrets().find("audit").await.unwrap(),
        Some(sealed("one"))
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_put_a_secret_at_once_agree_on_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let mut nodes = Vec::new();
    for number in 0..4 {
        nodes.push((number, store.other_node().await));
    }
    let puts = nodes.into_iter().map(|(number, db)| {
        let mine = sealed(&format!("of node {number}"));
        tokio::spawn(async move { db.secrets().put("audit", &mine).await.unwrap() })
    });
    let puts = join_all(puts).await.into_iter().map(Result::unwrap);
    let stored = store.db.secrets().find("audit").await.unwrap().unwrap();
    for put in puts {
        assert_eq!(put, stored);
    }
}

/// One that a newer program sealed.
pub(crate) async fn beside_the_future(store: &Store) {
    let db = &store.db;
    let token = sealed("token");
    db.secrets().put("token", &token).await.unwrap();
    db.secrets().put("newer", &sealed("x")).await.unwrap();
    store
        .future(
            "UPDATE instance_secrets SET wrapped_key = '', ciphertext = 'x' WHERE name = 'newer'",
        )
        .await;
    assert_eq!(db.secrets().find("token").await.unwrap(), Some(token));
    let wrapped = db
        .rewrapping()
        .wrapped_by_others("k2", WrappedPlace::Secret, None, 10)
        .await;
    assert_eq!(wrapped.unwrap().len(), 2);
}
