//! What Telegram is told of an export that is read inside of one of its own.

use crate::reading::{PeerMark, PeerRecord, TakeoutChats, TakeoutFiles, TakeoutScope};
use crate::session::peer::PeerId;

use super::{ExportChoice, MediaChoice};

impl ExportChoice {
    /// What a takeout is to be for in which this is exported of a dialog: nothing more
    /// than that. A supergroup may have been a group before, which is read as well.
    pub fn takeout_of(&self, chat: &PeerRecord, was_a_group: bool) -> TakeoutScope {
        let files = match self.largest {
            _ if self.media == MediaChoice::none() => TakeoutFiles::None,
            Some(largest) => TakeoutFiles::UpTo(largest),
            None => TakeoutFiles::Any,
        };
        let mut chats = match chat.id {
            PeerId::User(_) => vec![TakeoutChats::Private],
            PeerId::Group(_) => vec![TakeoutChats::Groups],
            PeerId::Channel(_) if chat.is(PeerMark::Broadcast) => vec![TakeoutChats::Channels],
            // Nothing but its id is known: it may be either.
            PeerId::Channel(_) if chat.marks.is_empty() && chat.title.is_empty() => {
                vec![TakeoutChats::Supergroups, TakeoutChats::Channels]
            }
            PeerId::Channel(_) => vec![TakeoutChats::Supergroups],
        };
        if was_a_group {
            chats.push(TakeoutChats::Groups);
        }
        TakeoutScope { chats, files }
    }
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
        choice.takeout_of(&chat, false)
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
        let unknown = all.takeout_of(&PeerRecord::nameless(channel), false);
        assert!(unknown.has(TakeoutChats::Supergroups) && unknown.has(TakeoutChats::Channels));
        assert!(!unknown.has(TakeoutChats::Groups));
        let before = all.takeout_of(&PeerRecord::nameless(channel), true);
        assert!(before.has(TakeoutChats::Groups));
    }
}
