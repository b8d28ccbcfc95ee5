//! What was counted of the promises.

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::listing::Tenants;
use sesame_domain::ports::{SloCount, SloCounts};
use sesame_domain::slo::{Counted, Slo};

use crate::backend::{Backend, Store};
use crate::future::TENANT;
use crate::make::at;

const HOUR: i64 = 3_600;

fn count(tenant: &str, slo: Slo, seconds: i64, events: u64, errors: u64) -> SloCount {
    SloCount {
        tenant: tenant.parse().unwrap(),
        slo,
        at: at(seconds),
        counted: Counted { events, errors },
    }
}

async fn add(store: &Store, counts: &[SloCount]) {
    store.db.slo_counts().add(counts).await.unwrap();
}

/// Of which promise, after how many hours, how many events and errors, as
/// another node sees it.
async fn counted(
    store: &Store,
    tenants: &Tenants,
    (since, until): (i64, i64),
    stretch_hours: u32,
) -> Vec<(Slo, i64, u64, u64)> {
    let other = store.other_node().await;
    let counts = other.slo_counts();
    let (since, until) = (at(since * HOUR), at(until * HOUR));
    let found = counts.counted(tenants, since, until, stretch_hours).await;
    let start = at(0) - TimeDelta::microseconds(123_456);
    let found = found.unwrap().into_iter().map(|it| {
        let Counted { events, errors } = it.counted;
        (it.slo, (it.from - start).num_hours(), events, errors)
    });
    found.collect()
}

fn only(tenant: &str) -> Tenants {
    Tenants::These(vec![tenant.parse().unwrap()])
}

#[rstest]
#[tokio::test]
async fn what_nodes_count_is_added_up_by_hours_and_days(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let all = &Tenants::All;
    assert_eq!(counted(&store, all, (0, 48), 24).await, []);
    add(&store, &[count("main", Slo::Login, 0, 10, 1)]).await;
    // Twice of one hour, in one go as well.
    let more = [
        count("main", Slo::Login, 10, 5, 0),
        count("main", Slo::Login, 20, 2, 1),
        count("main", Slo::Flood, 20, 100, 0),
        count("main", Slo::Login, 25 * HOUR, 3, 0),
    ];
    add(&store, &more).await;
    assert_eq!(
        counted(&store, all, (0, 48), 1).await,
        [
            (Slo::Login, 0, 17, 2),
            (Slo::Flood, 0, 100, 0),
            (Slo::Login, 25, 3, 0),
        ]
    );
    assert_eq!(
        counted(&store, all, (0, 48), 24).await,
        [
            (Slo::Login, 0, 17, 2),
            (Slo::Flood, 0, 100, 0),
            (Slo::Login, 24, 3, 0),
        ]
    );
    assert_eq!(
        counted(&store, all, (1, 25), 24).await,
        [(Slo::Login, 24, 3, 0)]
    );
}

#[rstest]
#[tokio::test]
async fn one_tenant_is_not_shown_what_was_counted_of_another(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let counts = [
        count("main", Slo::Expiry, 0, 10, 1),
        count("other", Slo::Expiry, 0, 20, 2),
    ];
    add(&store, &counts).await;
    let of = async |tenants| counted(&store, &tenants, (0, 1), 1).await;
    assert_eq!(of(Tenants::All).await, [(Slo::Expiry, 0, 30, 3)]);
    assert_eq!(of(only("main")).await, [(Slo::Expiry, 0, 10, 1)]);
    assert_eq!(of(only("other")).await, [(Slo::Expiry, 0, 20, 2)]);
    assert_eq!(of(only("third")).await, []);
    assert_eq!(of(Tenants::These(Vec::new())).await, []);
}

#[rstest]
#[tokio::test]
async fn hours_of_long_ago_are_forgotten(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let hours = [0, 1, 2].map(|hour| count("main", Slo::CleanUp, hour * HOUR, 1, 0));
    add(&store, &hours).await;
    let forgotten = store.db.slo_counts().forget(at(2 * HOUR)).await.unwrap();
    assert_eq!(forgotten, 2);
    assert_eq!(
        counted(&store, &Tenants::All, (0, 48), 1).await,
        [(Slo::CleanUp, 2, 1, 0)]
    );
}

/// Two nodes that count at the same time take nothing from each other.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_count_at_the_same_time_lose_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let other = store.other_node().await;
    let counts = Slo::ALL.iter().map(|slo| count("main", *slo, 0, 1, 1));
    let mut there: Vec<_> = counts.collect();
    let here = there.clone();
    there.reverse();
    let (one, two) = (store.db.slo_counts(), other.slo_counts());
    for _ in 0..10 {
        let (first, second) = tokio::join!(one.add(&here), two.add(&there));
        first.unwrap();
        second.unwrap();
    }
    let found = counted(&store, &Tenants::All, (0, 1), 1).await;
    assert_eq!(found.len(), Slo::ALL.len());
    assert!(found.iter().all(|it| (it.2, it.3) == (20, 20)), "{found:?}");
}

/// A promise that only a newer program makes is left out, and kept.
pub(crate) async fn beside_the_future(store: &Store) {
    let counts = [
        count("main", Slo::Login, 0, 3, 0),
        count("main", Slo::Flood, 0, 5, 0),
        count("main", Slo::Expiry, 0, 7, 0),
    ];
    add(store, &counts).await;
    let future = format!("UPDATE slo_hours SET tenant = '{TENANT}' WHERE slo = 'expiry'");
    store.future(&future).await;
    store
        .future("UPDATE slo_hours SET slo = 'of the future' WHERE slo = 'flood'")
        .await;
    let found = counted(store, &only("main"), (0, 1), 1).await;
    assert_eq!(found, [(Slo::Login, 0, 3, 0)]);
    add(store, &counts).await;
    let found = counted(store, &only("main"), (0, 1), 1).await;
    assert_eq!(found.len(), 3);
    let forgotten = store.db.slo_counts().forget(at(HOUR)).await.unwrap();
    assert_eq!(forgotten, 5);
}
