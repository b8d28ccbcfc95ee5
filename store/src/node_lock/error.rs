//! Why there is no lock.

use std::fmt;
use std::io;

use sesame_domain::ports::StoreError;

use crate::database::ConnectError;

/// Who has the lock, as far as can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder(pub(super) String);

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            f.write_str("which one, it does not say")
        } else {
            f.write_str(&self.0)
        }
    }
}

/// Why there is no lock, or none any more.
#[derive(Debug, thiserror::Error)]
pub enum NodeLockError {
    /// Someone else has it.
    #[error("it is locked by another: {0}")]
    Taken(Holder),
    /// The file cannot be made or locked.
    #[error("the file {} cannot be locked", file.display())]
    File {
        /// Which.
        file: std::path::PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The database cannot be reached, or refuses.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl From<StoreError> for NodeLockError {
    fn from(error: StoreError) -> Self {
        Self::Connect(error.into())
    }
}
