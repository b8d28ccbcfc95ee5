//! Why the audit was not tied together or shortened.

use sesame_domain::ports::StoreError;

use super::BadRow;

/// Why the audit was not tied together or shortened.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// It is not whole: someone has to look at it first.
    #[error("the audit is not whole: {0}")]
    Broken(BadRow),
    /// It cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}
