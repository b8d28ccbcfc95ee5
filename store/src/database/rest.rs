//! Connections that are at rest: in no transaction, neither by their own
//! account nor by the database's.
//!
//! The two can differ. `SQLite` ends a transaction by itself when the disk is
//! full; `sqlx` then fails to roll back what is over already and goes on to
//! count it as open, so that the next one would be a savepoint of none. And a
//! `BEGIN` whose caller was gone before the answer is open in PostgreSQL and
//! not by `sqlx`'s account. What is done over such a connection is answered
//! "done" and never committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::{Connection, Database, Error};

/// Has a pool hand out, and keep, nothing but connections at rest. Others are
/// closed; another one is opened in their place.
pub(super) fn only_at_rest<DB: Database>(pool: PoolOptions<DB>) -> PoolOptions<DB> {
    // Looking whether it is at rest also shows whether it answers.
    pool.test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(is_at_rest(connection)))
        .after_release(|connection, _| Box::pin(is_at_rest(connection)))
}

/// The same for the one connection that writes to `SQLite`, which is also
/// closed when it is in doubt.
pub(super) fn only_beyond_doubt<DB: Database>(
    pool: PoolOptions<DB>,
    doubt: &Doubt,
) -> PoolOptions<DB> {
    let (before, after) = (doubt.clone(), doubt.clone());
    pool.test_before_acquire(false)
        .before_acquire(move |connection, _| {
            let doubted = before.take();
            Box::pin(async move { Ok(!doubted && is_at_rest(connection).await?) })
        })
        .after_release(move |connection, _| {
            let doubted = after.take();
            Box::pin(async move { Ok(!doubted && is_at_rest(connection).await?) })
        })
}

/// Whether a connection is at rest.
///
/// There is no way to ask for that. But `sqlx` lets its users bring their own
/// statement to begin with, refuses it inside what it counts as a transaction,
/// and asks the database afterwards whether there is a transaction now. There
/// must be none after a statement that begins none.
async fn is_at_rest<C: Connection>(connection: &mut C) -> Result<bool, Error> {
    match connection.begin_with("SELECT 1").await {
        Err(Error::BeginFailed) => Ok(true),
        Ok(_) | Err(Error::InvalidSavePointStatement) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether something went wrong on the one connection that writes to `SQLite`
/// after which it is better made anew.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubt(Arc<AtomicBool>);

impl Doubt {
    pub(super) fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn take(&self) -> bool {
        self.0.swap(false, Ordering::AcqRel)
    }
}
