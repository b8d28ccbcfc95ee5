//! What became of a statement that failed.

use std::fmt;

use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::sqlite::SqliteError;
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};
use sesame_domain::ports::{RowName, StoreError};

/// `SQLite`'s result codes (<https://www.sqlite.org/rescode.html>).
mod sqlite {
    pub(super) const BUSY: i32 = 5;
    pub(super) const NO_MEMORY: i32 = 7;
    pub(super) const READ_ONLY: i32 = 8;
    pub(super) const INTERRUPT: i32 = 9;
    pub(super) const IO_ERROR: i32 = 10;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANNOT_OPEN: i32 = 14;
    pub(super) const NOT_A_DATABASE: i32 = 26;
}

/// PostgreSQL's `disk_full`; the class of its errors of the system below it
/// (`58030`: `io_error`); and that of damaged data.
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>)
const DISK_FULL: &str = "53100";
const SYSTEM_ERROR: &str = "58";
const DAMAGED: &str = "XX00";
/// `internal_error`: a bug there, and nothing that is wrong with the disk.
const INTERNAL_ERROR: &str = "XX000";

/// What a driver says of a failure, without the details: in PostgreSQL they
/// quote the values of the row.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct DriverFailure(String);

/// What is wrong below the database.
enum Fault {
    Full,
    Failing,
}

/// The caller's view of a driver's error.
#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
pub(crate) fn failed(error: DbErr) -> StoreError {
    if is_unreadable(&error) {
        return StoreError::inconsistent("a column does not hold what it should");
    }
    let why = Box::new(DriverFailure(error.to_string()));
    match fault(&error) {
        Some(Fault::Full) => StoreError::Full(why),
        Some(Fault::Failing) => StoreError::Failing(why),
        None => StoreError::Unavailable(why),
    }
}

/// Names the row that a failure was about.
pub(crate) fn in_row(
    table: &'static str,
    id: impl fmt::Display,
) -> impl FnOnce(StoreError) -> StoreError {
    let row = RowName::of(table, id);
    move |error| error.about(row)
}

/// Names the table that a failure was about, where no one row was meant.
pub(crate) fn in_table(table: &'static str) -> impl FnOnce(StoreError) -> StoreError {
    move |error| error.about(RowName::any(table))
}

/// Whether a row was refused because there is one like it.
pub(crate) fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Whether `SQLite` was locked by another process.
pub(super) fn is_busy(error: &DbErr) -> bool {
    sqlite_code(error) == Some(sqlite::BUSY)
}

/// Whether `SQLite` may have rolled back by itself, or may not be sure of its
/// file any more: the connection is better made anew.
/// (<https://www.sqlite.org/lang_transaction.html>, "Response To Errors")
pub(super) fn leaves_doubt(error: &DbErr) -> bool {
    use sqlite as code;
    sqlite_code(error).is_some_and(|it| {
        matches!(
            it,
            code::BUSY | code::NO_MEMORY | code::INTERRUPT | code::FULL
        ) || is_failing(it)
    })
}

fn fault(error: &DbErr) -> Option<Fault> {
    if let Some(code) = sqlite_code(error) {
        return match code {
            sqlite::FULL => Some(Fault::Full),
            code => is_failing(code).then_some(Fault::Failing),
        };
    }
    let code = database_error(error)?.code()?;
    if code == DISK_FULL {
        Some(Fault::Full)
    } else if code.starts_with(SYSTEM_ERROR)
        || (code.starts_with(DAMAGED) && code != INTERNAL_ERROR)
    {
        Some(Fault::Failing)
    } else {
        None
    }
}

/// The disk, or the file on it.
fn is_failing(code: i32) -> bool {
    matches!(
        code,
        sqlite::READ_ONLY
            | sqlite::IO_ERROR
            | sqlite::CORRUPT
            | sqlite::CANNOT_OPEN
            | sqlite::NOT_A_DATABASE
    )
}

/// The primary code; the rest of an extended one says how it came to that.
fn sqlite_code(error: &DbErr) -> Option<i32> {
    let error = database_error(error)?.try_downcast_ref::<SqliteError>()?;
    let extended: i32 = error.code()?.parse().ok()?;
    Some(extended & 0xff)
}

fn database_error(error: &DbErr) -> Option<&dyn DatabaseError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => error.as_database_error(),
        _ => None,
    }
}

fn is_unreadable(error: &DbErr) -> bool {
    match error {
        DbErr::Type(_) | DbErr::TryIntoErr { .. } | DbErr::Json(_) => true,
        DbErr::Query(RuntimeErr::SqlxError(error)) => matches!(
            **error,
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)
        ),
        _ => false,
    }
}
