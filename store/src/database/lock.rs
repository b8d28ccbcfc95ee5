//! Letting one transaction at a time do something.

use super::Transaction;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

/// Waits for other transactions that locked this name, and keeps them waiting
/// until this one ends. In `SQLite` only one transaction writes anyway.
pub(crate) async fn lock(tx: &Transaction, name: &'static str) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        [name.into()],
    );
    tx.execute_raw(statement).await?;
    Ok(())
}
