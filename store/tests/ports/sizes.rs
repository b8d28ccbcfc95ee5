//! How much is kept of what grows.

use rstest::rstest;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use sesame_domain::ports::{Growing, People as _, Sizes as _};

use crate::backend::{Backend, Store};
use crate::make::{at, linked, owner};

async fn size_of(store: &Store, name: &str) -> Growing {
    let all = store.db.sizes().sizes().await.unwrap();
    all.into_iter().find(|it| it.name == name).unwrap()
}

#[rstest]
#[tokio::test]
async fn each_table_says_what_it_takes_and_from_when_its_oldest_row_is(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for name in ["people", "accounts", "jobs", "one_time", "audit_entries"] {
        let nothing = size_of(&store, name).await;
        assert_eq!(nothing.oldest, None, "{name}");
        assert!(nothing.bytes.is_some(), "{name}");
    }
    for (person, seconds) in [(1, 50), (2, 20), (3, 90)] {
        let people = store.db.people();
        let someone = owner(person);
        people.seen(&someone, None, at(seconds)).await.unwrap();
        linked(&store.db, &someone, seconds).await;
    }
    if backend == Backend::Postgres {
        store.sql("ANALYZE").await.unwrap();
    }
    let people = size_of(&store, "people").await;
    assert_eq!((people.rows, people.oldest), (Some(3), Some(at(20))));
    let accounts = size_of(&store, "accounts").await;
    assert_eq!(accounts.rows, Some(3));
    assert!(accounts.bytes.unwrap() >= 4096);
    let audit = size_of(&store, "audit_entries").await;
    assert!(audit.oldest.is_some());
    assert_eq!(audit.cleaned_by.unwrap().as_str(), "prune_audit");
}

async fn tables(store: &Store) -> Vec<String> {
    let db = sea_orm::Database::connect(&store.url).await.unwrap();
    let backend = db.get_database_backend();
    let query = if backend == DbBackend::Sqlite {
        "SELECT name FROM sqlite_master WHERE type = 'table' \
         AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'post_words%'"
    } else {
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    };
    let rows = db.query_all_raw(Statement::from_string(backend, query));
    let rows = rows.await.unwrap();
    let names = rows.iter().map(|row| row.try_get("", "name").unwrap());
    names.collect()
}

#[rstest]
#[tokio::test]
async fn every_table_that_there_is_says_so(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let all = store.db.sizes().sizes().await.unwrap();
    let said: Vec<_> = all.iter().map(|it| it.name.as_str()).collect();
    // Those that do not grow: a row for each of something that someone set up.
    let fixed = [
        "account_figures",
        "audit_strands",
        "audit_verifications",
        "job_pauses",
        "post_changes",
        "key_policy",
        "readiness",
        "schedules",
        "tenants",
        "seaql_migrations",
    ];
    for table in tables(&store).await {
        let is_known = said.contains(&table.as_str()) || fixed.contains(&table.as_str());
        assert!(is_known, "{table} grows, and no one says how much");
    }
}
