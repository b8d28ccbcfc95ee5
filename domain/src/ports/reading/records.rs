//! Reading messages for an export.

use async_trait::async_trait;

use crate::account::Account;
use crate::reading::{DocumentRecord, HistoryQuery, PhoneFormat, ReadError, RecordPage};
use crate::session::peer::PeerId;

/// Reads messages for an export: whole, as Telegram tells them.
#[async_trait]
pub trait ReadRecords: Send + Sync {
    /// A page of a dialog's history. Rich messages that Telegram shortens are
    /// fetched whole, with a call each.
    ///
    /// # Errors
    /// [`ReadError::PeerUnknown`] when the session has not met the dialog.
    async fn records(
        &self,
        account: &Account,
        query: &HistoryQuery,
    ) -> Result<RecordPage, ReadError>;

    /// These messages of a dialog, at most 100, from the latest to the earliest.
    /// Those that are another dialog's are left out; those that are deleted come
    /// as Telegram tells them, empty, or are left out.
    async fn records_named(
        &self,
        account: &Account,
        dialog: PeerId,
        ids: &[i32],
    ) -> Result<RecordPage, ReadError>;

    /// These custom emoji, at most 100, in any order. Those that there are not
    /// are left out.
    async fn custom_emoji(
        &self,
        account: &Account,
        ids: &[i64],
    ) -> Result<Vec<DocumentRecord>, ReadError>;

    /// The group that a supergroup was before, if the account may read what was said
    /// there; `None`: it was none, or is not to be told.
    ///
    /// # Errors
    /// [`ReadError::PeerUnknown`] when the session has not met the supergroup.
    async fn earlier_group(
        &self,
        account: &Account,
        supergroup: PeerId,
    ) -> Result<Option<PeerId>, ReadError>;

    /// How telephone numbers are written, in every country that Telegram shows.
    async fn phone_formats(&self, account: &Account) -> Result<Vec<PhoneFormat>, ReadError>;
}
