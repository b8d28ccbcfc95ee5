//! PostgreSQL that goes away, or does not answer, and comes back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use sesame_domain::ports::{Accounts as _, Jobs as _, Logins as _, StoreError};
use sesame_store::{Database, DatabaseSettings};
use sesame_test_support::postgres::Postgres;

use crate::backend::Keys;
use crate::coordinator::eventually;
use crate::jobs::{EXPORT, job};
use crate::make::{Starts as _, at, linked, login, node, owner};

/// The limits of a node that is in a hurry, and what one call may take at most.
const CONNECT: Duration = Duration::from_secs(1);
const STATEMENT: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(3);
/// For a machine that is busy.
const MARGIN: Duration = Duration::from_secs(5);

async fn database(server: &Postgres) -> Database {
    let url = server.create_database().await.unwrap();
    let mut settings = DatabaseSettings::new(SecretString::from(url));
    settings.connect_timeout = CONNECT;
    settings.statement_timeout = STATEMENT;
    settings.max_connections = 3;
    let db = Database::connect(&settings).await.unwrap();
    db.migrate().await.unwrap();
    db.with_audit_keys(Arc::new(Keys))
}

fn is_unavailable<T: std::fmt::Debug>(call: &'static str, answer: &Result<T, StoreError>) {
    assert!(
        matches!(answer, Err(StoreError::Unavailable(_))),
        "{call}: {answer:?}"
    );
}

/// Reads, writes and transactions, more at once than there are connections.
async fn nothing_works(db: &Database) {
    let start = Instant::now();
    let (someone, new) = (owner(1), login(&owner(7), 0));
    let (logins, accounts, jobs) = (db.logins(), db.accounts(), db.jobs());
    let (queued, node) = (job(EXPORT, 0), node());
    let (found, begun, claimed, of, page, asked, ping) = tokio::join!(
        logins.find(new.id),
        logins.start(&new),
        logins.claim(new.id, &node),
        accounts.of(&someone),
        accounts.page(None, 10),
        jobs.enqueue(&queued),
        db.ping(),
    );
    is_unavailable("find", &found);
    is_unavailable("begin", &begun);
    is_unavailable("claim", &claimed);
    is_unavailable("of", &of);
    is_unavailable("page", &page);
    is_unavailable("enqueue", &asked);
    is_unavailable("ping", &ping);
    assert!(start.elapsed() < MOST + MARGIN, "{:?}", start.elapsed());
}

/// Whatever works, without anyone connecting anew.
async fn all_works(db: &Database) {
    eventually(|| async { db.ping().await.ok() }).await;
    let known = db.accounts().of(&owner(1)).await.unwrap();
    assert!(known.is_some());
    let begun = login(&owner(2), 0);
    assert_eq!(db.logins().start(&begun).await.unwrap(), None);
    let running = db.logins().running(&owner(2)).await.unwrap().unwrap();
    assert_eq!(running.id, begun.id);
    db.logins().prune(at(0)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_unavailable_in_time_and_used_again_once_it_is_back() {
    let mut server = Postgres::start().await.unwrap();
    let db = database(&server).await;
    linked(&db, &owner(1), 0).await;
    server.stop().await.unwrap();
    nothing_works(&db).await;
    server.start_again().await.unwrap();
    all_works(&db).await;
}

/// Connections stay open, and no answer comes over them.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_frozen_is_unavailable_in_time_and_used_again_once_it_goes_on() {
    let mut server = Postgres::start().await.unwrap();
    let db = database(&server).await;
    linked(&db, &owner(1), 0).await;
    server.freeze().await.unwrap();
    nothing_works(&db).await;
    server.thaw().await.unwrap();
    all_works(&db).await;
}
