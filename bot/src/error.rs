//! Why an update could not be answered.

use sesame_domain::ports::{DeskError, StoreError};

use crate::telegram::ApiFault;

/// Why an update could not be answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    /// The answer did not get out.
    #[error(transparent)]
    Api(#[from] ApiFault),
    /// A desk did not do what it was asked to.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// What was to be remembered was not.
    #[error(transparent)]
    Store(#[from] StoreError),
}
