//! The history of a dialog.

use crate::session::SessionClaim;
use crate::session::peer::PeerId;
use crate::time::Timestamp;

use super::{Message, PeerProfile};

/// From where a history is read, and in which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryFrom {
    /// The latest messages.
    Newest,
    /// Those before this one, the nearest of them.
    Before(i32),
    /// Those after this one, the nearest of them.
    After(i32),
    /// Those from before this moment, the nearest of them; to the second, and
    /// perhaps without those of the second before it.
    Until(Timestamp),
}

/// Which messages of a dialog are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryQuery {
    /// The dialog.
    pub dialog: PeerId,
    /// From where.
    pub from: HistoryFrom,
    /// At most so many; Telegram gives 100.
    pub limit: u32,
}

/// Messages of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPage {
    /// The messages in the order in which they are read: those before one from
    /// the latest to the earliest, those after one the other way round.
    pub messages: Vec<Message>,
    /// Who is mentioned in them.
    pub peers: Vec<PeerProfile>,
    /// From where the next page is read; `None`: there is nothing more.
    pub next: Option<HistoryFrom>,
    /// How many messages there are in the dialog, as far as Telegram says.
    pub total: u32,
    /// Of a channel or supergroup: the number of the last event in it.
    pub pts: Option<i32>,
    /// Under which claim on the session it was read; see
    /// [`super::ChannelDifference::claim`].
    pub claim: SessionClaim,
}
