//! Counting the messages of a dialog.

use async_trait::async_trait;

use crate::account::Account;
use crate::reading::{HistoryQuery, MediaKind, ReadError, RecordPage, RecordSearch};
use crate::session::peer::PeerId;

/// Counts the messages of a dialog while someone waits: nothing is slept through that
/// is longer than they would wait.
#[async_trait]
pub trait ReadCounts: Send + Sync {
    /// How many messages have a file of these kinds, in their order, with one call.
    /// `None`: Telegram does not count them (stickers).
    ///
    /// # Errors
    /// [`ReadError::PeerUnknown`] when the session has not met the dialog.
    async fn count_files(
        &self,
        account: &Account,
        dialog: PeerId,
        kinds: &[MediaKind],
    ) -> Result<Vec<Option<u32>>, ReadError>;

    /// How many such messages there are (`total`), and the latest of them, from the
    /// latest to the earliest. There are none of what Telegram does not look for.
    ///
    /// # Errors
    /// As of [`ReadCounts::count_files`].
    async fn search(
        &self,
        account: &Account,
        search: &RecordSearch,
    ) -> Result<RecordPage, ReadError>;

    /// A page of the history, as [`super::ReadRecords::records`] gives it.
    ///
    /// # Errors
    /// As of [`ReadCounts::count_files`].
    async fn page(&self, account: &Account, query: &HistoryQuery) -> Result<RecordPage, ReadError>;

    /// The group that a supergroup was before, as
    /// [`super::ReadRecords::earlier_group`] finds it.
    ///
    /// # Errors
    /// As of [`ReadCounts::count_files`].
    async fn group_before(
        &self,
        account: &Account,
        supergroup: PeerId,
    ) -> Result<Option<PeerId>, ReadError>;
}
