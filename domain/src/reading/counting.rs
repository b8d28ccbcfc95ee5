//! Which messages of a dialog are counted.

use crate::session::peer::PeerId;
use crate::time::Timestamp;

use super::MediaKind;

/// Which messages of a dialog are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordSearch {
    /// The dialog.
    pub dialog: PeerId,
    /// With a file of this kind; `None`: any. Telegram does not look for stickers.
    pub kind: Option<MediaKind>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// From before this moment.
    pub until: Option<Timestamp>,
    /// Only what the account itself wrote. In private chats, Telegram leaves that out
    /// of account.
    pub only_mine: bool,
    /// At most so many of them; Telegram gives 100.
    pub limit: u32,
}
