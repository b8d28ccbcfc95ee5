//! Waits that Telegram asked people of an application for.

use rstest::rstest;
use sesame_domain::ids::Owner;
use sesame_domain::ports::{ApplicationFloods, FloodedPerson};

use crate::backend::{Backend, Store};
use crate::future::TENANT;
use crate::make::{at, owner};

const APP: i32 = 7;
const EXPORT: &str = "auth.exportLoginToken";

fn flooded(whose: Owner, until: i64) -> FloodedPerson {
    let until = at(until);
    FloodedPerson { whose, until }
}

async fn note(store: &Store, person: i64, until: i64) {
    let floods = store.db.application_floods();
    let flooded = flooded(owner(person), until);
    floods.note(APP, EXPORT, &flooded).await.unwrap();
}

/// Who waits at that moment.
async fn waiting(store: &Store, seconds: i64) -> Vec<(i64, i64)> {
    let other = store.other_node().await;
    let floods = other.application_floods();
    let found = floods.waiting(APP, EXPORT, at(seconds)).await.unwrap();
    let number = |it: &FloodedPerson| (it.whose.person.0, (it.until - at(0)).num_seconds());
    found.iter().map(number).collect()
}

#[rstest]
#[tokio::test]
async fn what_one_node_met_another_knows_until_it_is_over(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for (person, until) in [(1, 60), (2, 90)] {
        note(&store, person, until).await;
    }
    assert_eq!(waiting(&store, 0).await, [(2, 90), (1, 60)]);
    assert_eq!(waiting(&store, 60).await, [(2, 90)]);
    assert_eq!(waiting(&store, 90).await, []);
    let floods = store.db.application_floods();
    for (app, method) in [(APP + 1, EXPORT), (APP, "auth.sendCode")] {
        let others = floods.waiting(app, method, at(0)).await.unwrap();
        assert_eq!(others, []);
    }
    assert_eq!(floods.forget(at(61)).await.unwrap(), 1);
    assert_eq!(waiting(&store, 0).await, [(2, 90)]);
}

#[rstest]
#[tokio::test]
async fn a_longer_wait_that_is_known_stays(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for until in [60, 30, 90] {
        note(&store, 1, until).await;
    }
    note(&store, 1, 45).await;
    assert_eq!(waiting(&store, 0).await, [(1, 90)]);
}

/// Whoever waits there is not understood; the others are.
pub(crate) async fn beside_the_future(store: &Store) {
    for (person, until) in [(1, 60), (2, 90)] {
        note(store, person, until).await;
    }
    let future = format!("UPDATE application_floods SET tenant = '{TENANT}' WHERE person = 2");
    store.future(&future).await;
    assert_eq!(waiting(store, 0).await, [(1, 60)]);
    let floods = store.db.application_floods();
    assert_eq!(floods.forget(at(1_000)).await.unwrap(), 2);
}
