//! Why an update could not be answered.

use sesame_domain::ports::{ServiceError, StoreError};

use crate::telegram::ApiFault;

/// Why an update could not be answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    /// The answer did not get out.
    #[error(transparent)]
    Api(#[from] ApiFault),
    /// A service did not do what it was asked to.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// What was to be remembered was not.
    #[error(transparent)]
    Store(#[from] StoreError),
}
