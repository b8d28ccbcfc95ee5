//! Asking for exports.

use async_trait::async_trait;

use crate::account::Account;
use crate::export::ExportChoice;
use crate::ids::{ExportId, Owner};
use crate::request::RequestId;
use crate::session::peer::PeerId;

use super::{ExportBegin, ExportFilesError, StoreError};

/// Why an export can neither be asked for nor removed now.
#[derive(Debug, thiserror::Error)]
pub enum ExportRequestError {
    /// The database does not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its key cannot be made.
    #[error(transparent)]
    Files(#[from] ExportFilesError),
}

/// Asks for exports, and removes them.
#[async_trait]
pub trait ExportRequests: Send + Sync {
    /// Asks for a copy of a dialog, or for the one that is there to be brought up to
    /// date, with the files that are missing.
    async fn ask(
        &self,
        account: &Account,
        dialog: PeerId,
        choice: ExportChoice,
        caused_by: Option<RequestId>,
    ) -> Result<ExportBegin, ExportRequestError>;

    /// Cancels what is done for an export, and removes it; `false`: they have none
    /// with this id.
    async fn remove(&self, owner: &Owner, id: ExportId) -> Result<bool, ExportRequestError>;
}
