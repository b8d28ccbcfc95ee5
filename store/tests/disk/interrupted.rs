//! Calls whose caller is gone at some moment: their connection is not used
//! again with something open on it.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use sesame_store::Database;
use sesame_test_support::postgres::Postgres;

use crate::make::{alone, begin, connect, connect_to_server, is_spent, kept, spend};

/// Polls a call so many times and drops it; whether it was done by then.
async fn drop_after<T>(polls: usize, call: impl Future<Output = T>) -> Option<T> {
    let mut call = pin!(call);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        call.as_mut().poll(context).map(Some)
    })
    .await
}

/// Drops calls at every moment that there is, and has another call done after
/// each; all that were done are there for another process.
async fn drop_at_every_moment(db: &Database, other: &Database) {
    let mut done = Vec::new();
    for polls in 0..60 {
        let person = i64::try_from(polls).unwrap();
        if let Some(outcome) = drop_after(polls, begin(db, 1_000 + person)).await {
            outcome.unwrap();
            done.push(1_000 + person);
        }
        let spent = spend(db).await.unwrap();
        assert!(is_spent(other, spent).await, "after {polls} polls");
        begin(db, 2_000 + person).await.unwrap();
        done.push(2_000 + person);
        spend(other).await.unwrap();
        assert_eq!(kept(other, &done).await, done, "after {polls} polls");
    }
}

#[tokio::test]
async fn what_is_done_after_a_dropped_call_is_kept_by_sqlite() {
    let _alone = alone().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sesame.db");
    let db = connect(&file).await;
    db.migrate().await.unwrap();
    drop_at_every_moment(&db, &connect(&file).await).await;
}

#[tokio::test]
async fn what_is_done_after_a_dropped_call_is_kept_by_postgresql() {
    let _alone = alone().await;
    let server = Postgres::shared().await.unwrap();
    let url = server.create_database().await.unwrap();
    // One connection: what is left on it is met by the next call.
    let db = connect_to_server(&url, 1).await;
    db.migrate().await.unwrap();
    drop_at_every_moment(&db, &connect_to_server(&url, 1).await).await;
}
