//! What every query costs when tables are large: nothing scans what it could
//! look up.
//!
//! The queries are those that the program runs: every method of every storage
//! port is called over filled tables ([`drive`]), what it sends to the database
//! is caught on the way, and the database is asked how it goes about it
//! ([`judge`]). A port's method that is not called fails the test, so that a
//! new query cannot be forgotten.

mod allowed;
mod caught;
mod channels;
mod drive;
mod exports;
mod fill;
mod jobs;
mod judge;
mod lists;
mod nodes;
mod operators;

#[allow(dead_code, reason = "made for more tests than these")]
#[path = "../../tests/ports/backend.rs"]
mod backend;
#[allow(dead_code, reason = "made for more tests than these")]
#[path = "../../tests/ports/make.rs"]
mod make;
mod ports;
mod posts;
mod tenants;
mod upkeep;

use std::collections::BTreeSet;

use rstest::rstest;

use self::allowed::{Allowed, allowed};
use self::backend::Backend;
use self::caught::{Caught, Query};
use self::drive::Driver;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_query_scans_what_it_could_look_up(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let raw = sea_orm::Database::connect(&store.url).await.unwrap();
    fill::fill(&raw).await;
    let caught = Caught::default();
    let note = caught.clone();
    let db = store.db.watched_by(move |statement| note.note(statement));
    let mut driver = Driver::new(db, caught.clone());
    driver.drive().await;
    // A new method of a port belongs there too.
    assert_eq!(*driver.called(), ports::implemented());

    let allowed = allowed(backend);
    let mut needed = BTreeSet::new();
    let mut bad = Vec::new();
    for Query { port, statement } in caught.queries() {
        let flaws = judge::flaws(&raw, &statement).await;
        if flaws.is_empty() {
            continue;
        }
        let is_it = |allowed: &&&Allowed| statement.sql.contains(allowed.query);
        match allowed.iter().find(is_it) {
            Some(allowed) => drop(needed.insert(allowed.query)),
            None => bad.push(format!("{port}: {flaws:?}\n    {}", start(&statement.sql))),
        }
    }
    raw.close().await.unwrap();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    for Allowed { query, why, .. } in allowed {
        assert!(
            needed.contains(query),
            "it need not be allowed: {query}: {why}"
        );
    }
}

/// Enough of a statement to know it by.
fn start(sql: &str) -> String {
    sql.chars().take(1_000).collect()
}
