//! Exports of Telegram's, which it calls takeouts
//! (<https://core.telegram.org/api/takeout>).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::export::{ExportChoice, MediaChoice};
use crate::session::peer::PeerId;
use crate::time::Timestamp;

use super::{PeerMark, PeerRecord};

/// What Telegram calls a takeout by: a number that is good for the session that
/// began it, and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TakeoutId(pub i64);

impl fmt::Display for TakeoutId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Chats as takeouts tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TakeoutChats {
    /// With people and bots, and Saved Messages.
    Private,
    /// Basic groups.
    Groups,
    /// Supergroups.
    Supergroups,
    /// Channels in which one writes and many read.
    Channels,
}

/// Which files a takeout is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeoutFiles {
    /// None.
    None,
    /// Of any size.
    Any,
    /// Of no more than so many bytes.
    UpTo(u64),
}

/// What a takeout is for: Telegram is told before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeoutScope {
    /// Messages of which chats.
    pub chats: Vec<TakeoutChats>,
    /// Which files.
    pub files: TakeoutFiles,
}

impl TakeoutScope {
    /// What it takes to export this of a dialog, and nothing more.
    pub fn of(chat: &PeerRecord, choice: &ExportChoice) -> Self {
        let files = match choice.largest {
            _ if choice.media == MediaChoice::none() => TakeoutFiles::None,
            Some(largest) => TakeoutFiles::UpTo(largest),
            None => TakeoutFiles::Any,
        };
        let chats = match chat.id {
            PeerId::User(_) => vec![TakeoutChats::Private],
            PeerId::Group(_) => vec![TakeoutChats::Groups],
            PeerId::Channel(_) if chat.is(PeerMark::Broadcast) => vec![TakeoutChats::Channels],
            // Nothing but its id is known: it may be either.
            PeerId::Channel(_) if chat.marks.is_empty() && chat.title.is_empty() => {
                vec![TakeoutChats::Supergroups, TakeoutChats::Channels]
            }
            PeerId::Channel(_) => vec![TakeoutChats::Supergroups],
        };
        Self { chats, files }
    }

    /// Whether it is for messages of these chats.
    pub fn has(&self, chats: TakeoutChats) -> bool {
        self.chats.contains(&chats)
    }
}

/// Why Telegram does not begin a takeout, or does not go on with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TakeoutRefusal {
    /// Telegram asks on the person's other devices (`TAKEOUT_INIT_DELAY`): it begins
    /// once it was allowed there, or then.
    #[error("Telegram asks whether to allow the export, or lets it begin at {until}")]
    Delay {
        /// When it may begin although no one allowed it.
        until: Timestamp,
    },
    /// It is over (`TAKEOUT_INVALID`): another one was begun, or it took too long.
    #[error("Telegram's export is over: another one was begun, or it took too long")]
    Over,
    /// Telegram wants this done inside of a takeout (`TAKEOUT_REQUIRED`).
    #[error("Telegram wants an export to be begun for this")]
    Required,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(chat: PeerId, marks: &[PeerMark], choice: &ExportChoice) -> TakeoutScope {
        let chat = PeerRecord {
            title: "Title".to_owned(),
            marks: marks.to_vec(),
            ..PeerRecord::nameless(chat)
        };
        TakeoutScope::of(&chat, choice)
    }

    #[test]
    fn a_takeout_is_for_the_chat_and_the_files_that_were_chosen_alone() {
        let all = ExportChoice::default();
        let small = ExportChoice {
            largest: Some(10 << 20),
            ..ExportChoice::default()
        };
        let none = ExportChoice {
            media: MediaChoice::none(),
            ..small.clone()
        };
        let channel = PeerId::Channel(3);
        for (chat, marks, chats) in [
            (PeerId::User(1), &[PeerMark::Bot][..], TakeoutChats::Private),
            (PeerId::Group(2), &[], TakeoutChats::Groups),
            (channel, &[PeerMark::Megagroup], TakeoutChats::Supergroups),
            (channel, &[PeerMark::Gigagroup], TakeoutChats::Supergroups),
            (channel, &[PeerMark::Broadcast], TakeoutChats::Channels),
        ] {
            for (choice, files) in [
                (&all, TakeoutFiles::Any),
                (&small, TakeoutFiles::UpTo(10 << 20)),
                (&none, TakeoutFiles::None),
            ] {
                let chats = vec![chats];
                assert_eq!(scope(chat, marks, choice), TakeoutScope { chats, files });
            }
        }
        let unknown = TakeoutScope::of(&PeerRecord::nameless(channel), &all);
        assert!(unknown.has(TakeoutChats::Supergroups) && unknown.has(TakeoutChats::Channels));
    }
}
