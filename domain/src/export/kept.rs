//! A copy of a dialog that is kept on the server.

use crate::ids::{AccountId, ExportId, Owner};
use crate::session::peer::PeerId;
use crate::time::Timestamp;

use super::{ExportChoice, Renewal};

/// A copy of a dialog that is kept on the server, as its row says it. The dialog's
/// name stands in its sealed files alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// Whose.
    pub owner: Owner,
    /// Which account reads the dialog. An account has one copy of a dialog at most;
    /// `None`: it is not linked any more, and the copy is about to be removed.
    pub account: Option<AccountId>,
    /// The dialog.
    pub dialog: PeerId,
    /// What of it.
    pub choice: ExportChoice,
    /// How many bytes it takes, as far as that was counted.
    pub bytes: u64,
    /// When it was asked for first.
    pub created_at: Timestamp,
    /// When it is removed.
    pub expires_at: Timestamp,
    /// What can be fetched; `None`: nothing yet.
    pub made: Option<MadeExport>,
    /// How it is brought up to date by itself; `None`: it is not.
    pub renewal: Option<Renewal>,
}

/// A copy that was put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeExport {
    /// By which attempt; a later one is higher.
    pub edition: u64,
    /// When.
    pub at: Timestamp,
    /// How many messages it has.
    pub messages: u64,
    /// How many files.
    pub files: u64,
    /// How many files did not come, and may the next time.
    pub missing: u64,
    /// How many bytes the archive has that it is fetched as.
    pub archive_bytes: u64,
}
