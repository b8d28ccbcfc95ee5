//! How many accounts do how.

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::ports::{AccountFigure, AccountFigures};

use crate::backend::{Backend, Store};
use crate::future::TENANT;
use crate::make::{at, linked, owner};

const MINUTE: TimeDelta = TimeDelta::minutes(1);

async fn figures(store: &Store, seconds: i64) -> Vec<(String, String, u64)> {
    let figures = store.db.account_figures();
    let found = figures.by_health(at(seconds), MINUTE).await.unwrap();
    let told = |it: AccountFigure| {
        let health = match it.cause {
            Some(cause) => format!("{} ({cause})", it.health),
            None => it.health,
        };
        (it.tenant.to_string(), health, it.accounts)
    };
    let mut found: Vec<_> = found.into_iter().map(told).collect();
    found.sort();
    found
}

fn told(tenant: &str, health: &str, accounts: u64) -> (String, String, u64) {
    (tenant.to_owned(), health.to_owned(), accounts)
}

async fn dies(store: &Store, person: i64) {
    let died = format!(
        "UPDATE accounts SET health = 'dead', health_cause = 'revoked', \
         health_since = linked_at WHERE person = {person}"
    );
    store.future(&died).await;
}

#[rstest]
#[tokio::test]
async fn they_are_counted_once_in_a_while_for_all_nodes(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    assert_eq!(figures(&store, 0).await, []);
    for person in 1..=3 {
        linked(&store.db, &owner(person), 0).await;
    }
    assert_eq!(figures(&store, 0).await, [told("main", "alive", 3)]);
    dies(&store, 2).await;
    // What was counted is told, whoever asks, until it is too old.
    let other = store.other_node().await;
    let seen = other.account_figures().by_health(at(60), MINUTE).await;
    assert_eq!(seen.unwrap().len(), 1);
    assert_eq!(
        figures(&store, 61).await,
        [told("main", "alive", 2), told("main", "dead (revoked)", 1)]
    );
    // Of what there is none any more nothing is told.
    for person in [1, 3] {
        dies(&store, person).await;
    }
    assert_eq!(
        figures(&store, 122).await,
        [told("main", "dead (revoked)", 3)]
    );
}

#[rstest]
#[tokio::test]
async fn what_a_clock_counted_that_was_ahead_is_counted_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    linked(&store.db, &owner(1), 0).await;
    figures(&store, 1_000_000).await;
    linked(&store.db, &owner(2), 0).await;
    assert_eq!(figures(&store, 0).await, [told("main", "alive", 2)]);
}

/// How accounts do that only a newer program knows is counted, too.
pub(crate) async fn beside_the_future(store: &Store) {
    for person in 1..=3 {
        linked(&store.db, &owner(person), 0).await;
    }
    store
        .future("UPDATE accounts SET health = 'of the future' WHERE person = 2")
        .await;
    assert_eq!(
        figures(store, 0).await,
        [told("main", "alive", 2), told("main", "of the future", 1)]
    );
    let future = format!("UPDATE account_figures SET tenant = '{TENANT}' WHERE health = 'alive'");
    store.future(&future).await;
    assert_eq!(figures(store, 1).await, [told("main", "of the future", 1)]);
}
