//! How much is kept of what grows.

use async_trait::async_trait;

use crate::job::JobKind;
use crate::time::Timestamp;

use super::StoreError;

/// Something that grows: a table, a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growing {
    /// Its name.
    pub name: String,
    /// What it takes on disk, indexes included, in bytes; `None`: it is not told apart
    /// from the rest.
    pub bytes: Option<u64>,
    /// About how many rows or files it has, as far as that is known without counting.
    pub rows: Option<u64>,
    /// From when its oldest row or file is; or when it is over, of what is kept until
    /// then.
    pub oldest: Option<Timestamp>,
    /// What cleans it; `None`: it is cleaned with what it belongs to, or by whatever
    /// adds to it.
    pub cleaned_by: Option<JobKind>,
}

/// How much is kept of what grows. Asking costs no more when there is more of it.
#[async_trait]
pub trait Sizes: Send + Sync {
    /// Everything that grows there.
    ///
    /// # Errors
    /// When it does not answer.
    async fn sizes(&self) -> Result<Vec<Growing>, StoreError>;
}
