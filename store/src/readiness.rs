//! Whether the database can keep something.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, TransactionTrait};
use sesame_domain::ports::StoreError;

use crate::database::{Database, commit, failed};

/// What is written takes as much room as beginning a login: when the disk is
/// full, a byte or two may still fit. In PostgreSQL what is kept for it by and
/// by would be a burden, and its server sees to room by the page.
const SQLITE: &str = "INSERT INTO readiness (id, proofs, room) VALUES (1, 1, randomblob(16384)) \
     ON CONFLICT (id) DO UPDATE SET proofs = readiness.proofs + 1, room = excluded.room \
     RETURNING proofs";
const POSTGRES: &str = "INSERT INTO readiness (id, proofs) VALUES (1, 1) \
     ON CONFLICT (id) DO UPDATE SET proofs = readiness.proofs + 1 \
     RETURNING proofs";
const READ: &str = "SELECT proofs FROM readiness WHERE id = 1";

impl Database {
    /// Shows that the database can keep something: writes a row, and reads it
    /// back over another connection.
    ///
    /// # Errors
    /// When it cannot, or not in time.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.within(prove(self)).await
    }
}

/// Counts up in a transaction of its own and reads the count over another
/// connection. There is one row, for all nodes.
async fn prove(db: &Database) -> Result<(), StoreError> {
    // Taken first, so that it is not the one that writes. What it reads is
    // what was committed before it reads, not before it began.
    let reader = db.reads().begin().await.map_err(failed)?;
    let tx = db.begin().await?;
    let backend = tx.get_database_backend();
    let write = match backend {
        DbBackend::Sqlite => SQLITE,
        _ => POSTGRES,
    };
    let row = tx.query_one_raw(Statement::from_string(backend, write));
    let written = proofs(row.await)?;
    commit(tx).await?;
    let row = reader.query_one_raw(Statement::from_string(backend, READ));
    if proofs(row.await)? < written {
        return Err(StoreError::inconsistent("what was committed is not there"));
    }
    Ok(())
}

fn proofs(row: Result<Option<QueryResult>, DbErr>) -> Result<i64, StoreError> {
    row.map_err(failed)?
        .ok_or(StoreError::inconsistent("a row that was written is gone"))?
        .try_get("", "proofs")
        .map_err(failed)
}
