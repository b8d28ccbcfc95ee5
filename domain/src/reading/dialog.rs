//! The list of an account's dialogs.

use std::fmt;
use std::str::FromStr;

use crate::session::peer::PeerId;
use crate::time::Timestamp;

use super::{DialogKind, PeerProfile};

/// Where a dialog lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialogFolder {
    /// In the list that one sees first.
    #[default]
    Main,
    /// In the archive.
    Archive,
}

/// The last message of a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastMessage {
    /// Its number.
    pub id: i32,
    /// When it was sent.
    pub at: Timestamp,
}

/// The picture of a peer, in the size that lists show. Another picture has
/// another id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerPhoto {
    /// Its id.
    pub id: i64,
    /// The data centre that keeps it.
    pub dc: i32,
}

/// A dialog in an account's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// With whom, and how Telegram shows them.
    pub peer: PeerProfile,
    /// Their picture, if there is one that the account may see.
    pub photo: Option<PeerPhoto>,
    /// How many messages were not read.
    pub unread: u32,
    /// How many of those mention the account.
    pub unread_mentions: u32,
    /// Whether it was marked as unread by hand.
    pub is_marked_unread: bool,
    /// Whether it is pinned to the top.
    pub is_pinned: bool,
    /// Its last message, if there is one.
    pub last: Option<LastMessage>,
    /// Of a channel or supergroup: the number of the last event in it.
    pub pts: Option<i32>,
}

/// Which dialogs are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialogQuery {
    /// Where they lie.
    pub folder: DialogFolder,
    /// Only those of these kinds; none: all. What is left out still counts as
    /// read: a page may be empty and not be the last.
    pub kinds: Vec<DialogKind>,
    /// Those after that page; `None`: the first page, which has the pinned ones.
    pub after: Option<DialogCursor>,
    /// At most so many are looked at, besides pinned ones; Telegram gives 100.
    pub limit: u32,
}

/// A page of dialogs, the latest first; on the first page pinned ones before
/// all others. A dialog is on one page only, unless it moved up meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialogPage {
    /// The dialogs.
    pub dialogs: Vec<Dialog>,
    /// Where the next page begins; `None`: this is the last.
    pub next: Option<DialogCursor>,
    /// How many dialogs there are in the folder, as far as Telegram says.
    pub total: Option<u32>,
}

/// Where a page of dialogs begins: after this one, as Telegram pages them
/// (<https://core.telegram.org/api/offsets>). It names a dialog of the account
/// and opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DialogCursor {
    /// When its last message was sent, in seconds since 1970.
    pub date: i32,
    /// The number of its last message.
    pub message: i32,
    /// The dialog.
    pub peer: PeerId,
    /// How many after it were on the page before: Telegram pages by last
    /// messages, and they have none.
    pub skip: u32,
}

/// A text that is no cursor of dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of dialogs")]
pub struct NotACursor;

/// `date.message.peer.skip`.
impl fmt::Display for DialogCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}.{}",
            self.date, self.message, self.peer, self.skip
        )
    }
}

impl FromStr for DialogCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (date, rest) = text.split_once('.').ok_or(NotACursor)?;
        let (message, rest) = rest.split_once('.').ok_or(NotACursor)?;
        let (peer, skip) = rest.split_once('.').ok_or(NotACursor)?;
        Ok(Self {
            date: date.parse().map_err(|_| NotACursor)?,
            message: message.parse().map_err(|_| NotACursor)?,
            peer: peer.parse().map_err(|_| NotACursor)?,
            skip: skip.parse().map_err(|_| NotACursor)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_is_written_and_nothing_else_is() {
        let cursor = DialogCursor {
            date: 1_800_000_000,
            message: 12,
            peer: PeerId::Channel(5),
            skip: 2,
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in [
            "",
            "1.2",
            "1.2.user",
            "a.2.user3",
            "1.2.user3",
            "1.2.user3.4.5",
            "1,2,user3",
        ] {
            assert_eq!(text.parse::<DialogCursor>(), Err(NotACursor), "{text}");
        }
    }
}
