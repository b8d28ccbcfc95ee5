//! Whom the messages of an export mention.

use std::collections::HashMap;

use sesame_domain::reading::{PeerMark, PeerRecord};
use sesame_domain::session::peer::PeerId;

use super::json::Json;

/// The user whom replies in Telegram's "Replies" come from.
const REPLIES: i64 = 1_271_266_957;
/// The user whom login codes come from.
const VERIFICATION_CODES: i64 = 489_000;

/// Whom the messages of an export mention, by id. It grows with their number,
/// not with that of the messages.
#[derive(Clone, Debug, Default)]
pub struct PeerBook(HashMap<PeerId, PeerRecord>);

impl PeerBook {
    /// Adds one; what was known of them is replaced.
    pub fn add(&mut self, peer: PeerRecord) {
        self.0.insert(peer.id, peer);
    }

    /// One of them.
    pub fn find(&self, id: PeerId) -> Option<&PeerRecord> {
        self.0.get(&id)
    }

    /// A name; empty when it is not known, and for an account that is deleted.
    pub fn name(&self, id: PeerId) -> String {
        self.find(id).map(PeerRecord::name).unwrap_or_default()
    }

    /// A name, or `null`.
    pub(super) fn name_json(&self, id: PeerId) -> Json {
        Json::text_or_null(self.name(id))
    }
}

impl FromIterator<PeerRecord> for PeerBook {
    fn from_iter<T: IntoIterator<Item = PeerRecord>>(peers: T) -> Self {
        let mut book = Self::default();
        peers.into_iter().for_each(|peer| book.add(peer));
        book
    }
}

/// The dialog that is exported.
#[derive(Clone, Debug)]
pub struct ExportedChat {
    /// The dialog.
    pub peer: PeerRecord,
    /// The account that exports it, by its id.
    pub me: i64,
    /// The group that the supergroup was before.
    pub earlier: Option<EarlierChat>,
}

/// The group that a supergroup was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlierChat {
    /// Which.
    pub id: PeerId,
    /// Whether its messages are in the export: the account may not be allowed to read
    /// them.
    pub is_read: bool,
}

impl ExportedChat {
    /// What Telegram Desktop calls this kind of chat.
    pub fn kind(&self) -> &'static str {
        let peer = &self.peer;
        let is_public = peer.username.is_some();
        match peer.id {
            PeerId::User(id) if id == self.me => "saved_messages",
            PeerId::User(REPLIES) => "replies",
            PeerId::User(VERIFICATION_CODES) => "verification_codes",
            PeerId::User(_) if peer.is(PeerMark::Bot) => "bot_chat",
            PeerId::User(_) => "personal_chat",
            PeerId::Group(_) => "private_group",
            PeerId::Channel(_) if peer.is(PeerMark::Broadcast) => {
                ["private_channel", "public_channel"][usize::from(is_public)]
            }
            PeerId::Channel(_) => {
                ["private_supergroup", "public_supergroup"][usize::from(is_public)]
            }
        }
    }

    /// The name at the top of `result.json`: of a person the first name only.
    /// `None`: such a chat has none there.
    pub(super) fn name_json(&self) -> Option<Json> {
        match self.kind() {
            "saved_messages" | "replies" | "verification_codes" => None,
            _ => Some(Json::text_or_null(match self.peer.id {
                PeerId::User(_) => self.peer.first_name.clone(),
                PeerId::Group(_) | PeerId::Channel(_) => self.peer.title.clone(),
            })),
        }
    }

    /// The dialog's number without what tells its kind.
    pub(super) fn bare_id(&self) -> i64 {
        match self.peer.id {
            PeerId::User(id) | PeerId::Group(id) | PeerId::Channel(id) => id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_is_called_what_telegram_desktop_calls_it() {
        let chat = |id, username: Option<&str>, marks: &[PeerMark]| ExportedChat {
            peer: PeerRecord {
                username: username.map(str::to_owned),
                marks: marks.to_vec(),
                ..PeerRecord::nameless(id)
            },
            me: 1,
            earlier: None,
        };
        let broadcast = &[PeerMark::Broadcast][..];
        for (id, username, marks, kind) in [
            (PeerId::User(1), None, &[][..], "saved_messages"),
            (PeerId::User(REPLIES), None, &[], "replies"),
            (PeerId::User(489_000), None, &[], "verification_codes"),
            (PeerId::User(2), Some("ben"), &[], "personal_chat"),
            (PeerId::User(2), None, &[PeerMark::Bot], "bot_chat"),
            (PeerId::Group(2), None, &[], "private_group"),
            (PeerId::Channel(2), None, broadcast, "private_channel"),
            (
                PeerId::Channel(2),
                Some("news"),
                broadcast,
                "public_channel",
            ),
            (PeerId::Channel(2), None, &[], "private_supergroup"),
            (PeerId::Channel(2), Some("talk"), &[], "public_supergroup"),
        ] {
            let chat = chat(id, username, marks);
            assert_eq!(chat.kind(), kind);
            assert_eq!(
                chat.name_json().is_none(),
                kind.contains(['s'])
                    && matches!(kind, "saved_messages" | "replies" | "verification_codes")
            );
        }
    }
}
