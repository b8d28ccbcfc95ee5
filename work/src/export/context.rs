//! What it takes to write a message.

use std::collections::HashMap;

use serde_json::Value;
use sesame_domain::reading::DocumentRecord;
use sesame_domain::session::peer::PeerId;

use super::files::{FileBook, Forbidden, Found, FoundDocument, LeftOut, Place, Shelves, date_part};
use super::json::Json;
use super::peers::{ExportedChat, PeerBook};
use super::phone::PhonePatterns;
use super::schema::Tl;
use super::zone::TimeZone;

/// What Telegram Desktop writes for a custom emoji that is not there.
const NO_EMOJI: &str = "(unavailable)";

/// What is known besides the lines: whom they mention, what became of the files,
/// and how moments and numbers are written.
pub struct Surroundings<'a> {
    /// The dialog.
    pub chat: ExportedChat,
    /// Whom the messages mention.
    pub peers: PeerBook,
    /// The custom emoji in them.
    pub emoji: EmojiBook,
    /// What became of the files.
    pub files: &'a dyn FileBook,
    /// How moments are written.
    pub zone: TimeZone,
    /// How telephone numbers are written.
    pub phones: PhonePatterns,
}

/// The custom emoji of an export's messages, by id. It grows with their number,
/// not with that of the messages.
#[derive(Clone, Debug, Default)]
pub struct EmojiBook(HashMap<i64, Value>);

impl EmojiBook {
    /// Adds one, if it can be read.
    pub fn add(&mut self, record: &DocumentRecord) {
        self.add_line(&record.json);
    }

    /// Adds one as its line has it, if it can be read.
    pub fn add_line(&mut self, line: &str) {
        if let Ok(value) = serde_json::from_str::<Value>(line)
            && let Some(id) = Tl::of(&value).int_if("id")
        {
            self.0.insert(id, value);
        }
    }
}

/// What it takes to write the next message.
pub(super) struct Context<'a> {
    pub(super) around: &'a Surroundings<'a>,
    pub(super) shelves: &'a mut Shelves,
    /// When the message was sent.
    pub(super) at: i64,
    /// What the numbers in it are moved by.
    pub(super) moved_by: i64,
    /// Nothing of what is attached may be kept.
    pub(super) is_forbidden: bool,
}

impl<'a> Context<'a> {
    /// A moment as text.
    pub(super) fn date(&self, at: i64) -> Json {
        Json::text(self.around.zone.iso(at))
    }

    /// Someone's name, or `null`.
    pub(super) fn name(&self, peer: PeerId) -> Json {
        self.around.peers.name_json(peer)
    }

    /// A user's name, or `null`.
    pub(super) fn user(&self, id: i64) -> Json {
        self.name(PeerId::User(id))
    }

    /// A photo, with its place.
    pub(super) fn photo(&mut self, photo: Tl<'_>) -> Found {
        let date = date_part(&self.around.zone, self.at);
        self.shelves.photo(self.files(), photo, &date)
    }

    /// A document, with its place.
    pub(super) fn document(&mut self, document: Tl<'_>) -> FoundDocument {
        let date = date_part(&self.around.zone, self.at);
        self.shelves.document(self.files(), document, &date)
    }

    fn files<'b>(&self) -> &'b dyn FileBook
    where
        'a: 'b,
    {
        if self.is_forbidden {
            &Forbidden
        } else {
            self.around.files
        }
    }

    /// Where the file of a custom emoji lies; nothing if it was not asked for.
    pub(super) fn emoji_path(&mut self, id: i64) -> String {
        let Some(document) = self.around.emoji.0.get(&id) else {
            return NO_EMOJI.to_owned();
        };
        let found = self
            .shelves
            .document(self.around.files, Tl::of(document), "");
        match found.file.place {
            Place::Path(path) => path,
            Place::LeftOut(LeftOut::Kind | LeftOut::Size) => String::new(),
            Place::LeftOut(_) => NO_EMOJI.to_owned(),
        }
    }
}
