//! What can go wrong in storage and coordination.

use std::error::Error;
use std::fmt;

/// A driver's error, or what else lies behind a failure.
type Cause = Box<dyn Error + Send + Sync>;

/// A row, by its table and its key; nothing else that is in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RowName {
    /// The table.
    pub table: &'static str,
    /// The columns of the key and what they hold, as `id 0197…`; empty: the
    /// table as a whole.
    pub key: String,
}

impl RowName {
    /// The row with this key.
    pub fn new(table: &'static str, key: impl Into<String>) -> Self {
        let key = key.into();
        Self { table, key }
    }

    /// The row with this id.
    pub fn of(table: &'static str, id: impl fmt::Display) -> Self {
        Self::new(table, format!("id {id}"))
    }

    /// No row of the table in particular.
    pub fn any(table: &'static str) -> Self {
        Self::new(table, String::new())
    }
}

impl fmt::Display for RowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table {}", self.table)?;
        if self.key.is_empty() {
            return Ok(());
        }
        write!(f, ", row {}", self.key)
    }
}

/// What cannot be, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inconsistency {
    /// What is not as it should be.
    pub what: &'static str,
    /// In which row, if that is known.
    pub row: Option<RowName>,
}

impl fmt::Display for Inconsistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.row {
            Some(row) => write!(f, "{} ({row})", self.what),
            None => f.write_str(self.what),
        }
    }
}

/// What can go wrong in storage and coordination, by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row.
    #[error("not found: {0}")]
    NotFound(RowName),
    /// Someone else claimed the row since: stop working on it.
    #[error("the claim was lost to another node: {0}")]
    Fenced(RowName),
    /// The row is in a state that this program does not know: written by a
    /// newer one, a bug, or a damaged database.
    #[error("inconsistent row: {0}")]
    Inconsistent(Inconsistency),
    /// The database or Redis does not answer, or refuses: try again later.
    #[error("storage is unavailable")]
    Unavailable(#[source] Cause),
    /// There is no room left: nothing was written. Someone must make room.
    #[error("storage is full")]
    Full(#[source] Cause),
    /// The disk cannot be read or written, or what is on it is damaged:
    /// nothing was written. Someone must look after it.
    #[error("storage cannot be read or written")]
    Failing(#[source] Cause),
}

/// A failure, and what it was about.
#[derive(Debug, thiserror::Error)]
#[error("{row}")]
struct About {
    row: RowName,
    #[source]
    source: Cause,
}

impl StoreError {
    /// Something that cannot be.
    pub const fn inconsistent(what: &'static str) -> Self {
        Self::Inconsistent(Inconsistency { what, row: None })
    }

    /// There is no row with this id.
    pub fn not_found(table: &'static str, id: impl fmt::Display) -> Self {
        Self::NotFound(RowName::of(table, id))
    }

    /// The claim on the row with this id was lost.
    pub fn fenced(table: &'static str, id: impl fmt::Display) -> Self {
        Self::Fenced(RowName::of(table, id))
    }

    /// Wraps a driver's error.
    pub fn unavailable(source: impl Error + Send + Sync + 'static) -> Self {
        Self::Unavailable(Box::new(source))
    }

    /// The same, about this row. What names a row already stays so: whoever
    /// was nearer knew better.
    #[must_use]
    pub fn about(self, row: RowName) -> Self {
        let about = |source: Cause, row| -> Cause {
            if source.is::<About>() {
                source
            } else {
                Box::new(About { row, source })
            }
        };
        match self {
            Self::Inconsistent(Inconsistency { what, row: None }) => {
                let row = Some(row);
                Self::Inconsistent(Inconsistency { what, row })
            }
            Self::Unavailable(source) => Self::Unavailable(about(source, row)),
            Self::Full(source) => Self::Full(about(source, row)),
            Self::Failing(source) => Self::Failing(about(source, row)),
            Self::NotFound(_) | Self::Fenced(_) | Self::Inconsistent(_) => self,
        }
    }

    /// Whether waiting does not help: someone must look after the storage.
    pub fn needs_someone(&self) -> bool {
        match self {
            Self::Full(_) | Self::Failing(_) => true,
            Self::NotFound(_) | Self::Fenced(_) | Self::Inconsistent(_) | Self::Unavailable(_) => {
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::reason::Reason;

    fn said(error: &StoreError) -> String {
        Reason::of(error).to_string()
    }

    #[test]
    fn what_cannot_be_is_said_with_its_row() {
        let error = StoreError::inconsistent("the health of an account");
        let error = error.about(RowName::of("accounts", 7));
        assert_eq!(
            said(&error),
            "inconsistent row: the health of an account (table accounts, row id 7)"
        );
    }

    #[test]
    fn what_failed_is_said_with_its_row() {
        let error = StoreError::unavailable(io::Error::other("no connection"));
        let error = error.about(RowName::any("people"));
        assert_eq!(
            said(&error),
            "storage is unavailable: table people: no connection"
        );
    }

    #[test]
    fn what_is_not_there_or_lost_is_said_with_its_row() {
        let gone = StoreError::not_found("logins", 7);
        assert_eq!(said(&gone), "not found: table logins, row id 7");
        let lost = StoreError::fenced("jobs", 7);
        assert_eq!(
            said(&lost),
            "the claim was lost to another node: table jobs, row id 7"
        );
    }

    #[test]
    fn the_row_that_was_named_first_stays() {
        for error in [
            StoreError::not_found("logins", 1),
            StoreError::fenced("logins", 1),
            StoreError::inconsistent("x"),
            StoreError::unavailable(io::Error::other("x")),
            StoreError::Full(Box::new(io::Error::other("x"))),
        ] {
            let error = error.about(RowName::of("logins", 1));
            let error = error.about(RowName::any("accounts"));
            assert!(said(&error).contains("table logins, row id 1"), "{error:?}");
            assert!(!said(&error).contains("accounts"), "{error:?}");
        }
    }
}
