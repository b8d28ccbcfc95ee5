//! Reading the list of dialogs.

use async_trait::async_trait;

use crate::account::Account;
use crate::reading::{DialogPage, DialogQuery, PeerProfile, ReadError};

/// Reads the list of dialogs. Nothing of it is kept but what it takes to name
/// those peers to Telegram.
#[async_trait]
pub trait ReadDialogs: Send + Sync {
    /// A page of dialogs.
    async fn dialogs(
        &self,
        account: &Account,
        query: &DialogQuery,
    ) -> Result<DialogPage, ReadError>;

    /// Who has this public name (without the `@`).
    ///
    /// # Errors
    /// [`ReadError::NoSuchName`] when no one has.
    async fn resolve(&self, account: &Account, username: &str) -> Result<PeerProfile, ReadError>;
}
