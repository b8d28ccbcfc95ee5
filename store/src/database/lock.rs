//! Letting one transaction at a time do something.

use super::Transaction;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

/// Waits for other transactions that locked this name, and keeps them waiting
/// until this one ends. In `SQLite` only one transaction writes anyway.
pub(crate) async fn lock(tx: &Transaction, name: &str) -> Result<(), DbErr> {
    take(tx, "pg_advisory_xact_lock", name).await
}

/// The same together with others that share it: waits for, and keeps waiting,
/// only those that [`lock`] this name.
pub(crate) async fn lock_shared(tx: &Transaction, name: &str) -> Result<(), DbErr> {
    take(tx, "pg_advisory_xact_lock_shared", name).await
}

async fn take(tx: &Transaction, how: &str, name: &str) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!("SELECT {how}(hashtextextended($1, 0))"),
        [name.into()],
    );
    tx.execute_raw(statement).await?;
    Ok(())
}
