//! Reading the list of dialogs.

use async_trait::async_trait;

use crate::account::Account;
use crate::reading::{Dialog, DialogPage, DialogQuery, PeerPhoto, PeerProfile, ReadError};
use crate::session::peer::PeerId;

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

    /// These dialogs, at most 100, in any order. Those that the session has not met,
    /// and those that are gone, are left out.
    async fn dialogs_named(
        &self,
        account: &Account,
        peers: &[PeerId],
    ) -> Result<Vec<Dialog>, ReadError>;

    /// Who has this public name (without the `@`).
    ///
    /// # Errors
    /// [`ReadError::NoSuchName`] when no one has.
    async fn resolve(&self, account: &Account, username: &str) -> Result<PeerProfile, ReadError>;

    /// The picture of a peer in its small size: the file as Telegram has it, of
    /// some kilobytes.
    ///
    /// # Errors
    /// [`ReadError::PeerUnknown`] when the session does not remember the peer,
    /// [`ReadError::FileUnavailable`] when the picture is gone.
    async fn photo(
        &self,
        account: &Account,
        peer: PeerId,
        photo: PeerPhoto,
    ) -> Result<Vec<u8>, ReadError>;
}
