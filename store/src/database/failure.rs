//! What became of a statement that failed.

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};
use sesame_domain::ports::StoreError;

/// What a driver says of a failure, without the details: in PostgreSQL they
/// quote the values of the row.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct DriverFailure(String);

/// The caller's view of a driver's error.
#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
pub(crate) fn failed(error: DbErr) -> StoreError {
    if is_unreadable(&error) {
        return StoreError::Inconsistent("a column does not hold what it should");
    }
    StoreError::unavailable(DriverFailure(error.to_string()))
}

/// Whether a row was refused because there is one like it.
pub(crate) fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
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
