//! Reading messages.

use async_trait::async_trait;

use crate::account::Account;
use crate::reading::{HistoryPage, HistoryQuery, Message, ReadError};
use crate::session::peer::PeerId;

/// Reads the messages of dialogs.
#[async_trait]
pub trait ReadHistory: Send + Sync {
    /// A page of a dialog's history.
    ///
    /// # Errors
    /// [`ReadError::PeerUnknown`] when the session has not met the dialog.
    async fn history(
        &self,
        account: &Account,
        query: &HistoryQuery,
    ) -> Result<HistoryPage, ReadError>;

    /// These messages of a dialog, at most 100, in any order. Those that are
    /// deleted, or another dialog's, are left out.
    async fn messages(
        &self,
        account: &Account,
        dialog: PeerId,
        ids: &[i32],
    ) -> Result<Vec<Message>, ReadError>;
}
