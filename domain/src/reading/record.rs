//! Messages for an export: as Telegram told them, whole.
//!
//! A [`super::Message`] is what Sesame has words for. A record holds everything
//! that Telegram said of a message, as JSON under the schema's own names, so that
//! an export leaves nothing out, also of what no one here has a word for yet:
//!
//! - an object for each value, whose `_` is its constructor
//!   (`{"_":"messageMediaGeo","geo":{"_":"geoPoint",…}}`);
//! - what is not set is left out, and so is a flag that is not;
//! - bytes are base64, ids are numbers (of 64 bits: `JavaScript` rounds them);
//! - access hashes and file references are left out: they are good for the
//!   account alone, and open what it may open.

use std::fmt;

use crate::session::SessionClaim;
use crate::session::peer::PeerId;
use crate::time::Timestamp;

use super::{FileKey, HistoryFrom, MediaFile, PeerRecord};

/// A message as Telegram told it.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageRecord {
    /// Its number in the dialog.
    pub id: i32,
    /// When it was sent; `None`: Telegram says only that it is gone.
    pub at: Option<Timestamp>,
    /// When it was changed last, reactions included.
    pub edited_at: Option<Timestamp>,
    /// Everything that Telegram said of it: a JSON object on one line.
    pub json: String,
    /// Who wrote it; `None`: Telegram does not say.
    pub sender: Option<PeerId>,
    /// The album that it is part of.
    pub album: Option<i64>,
    /// The files in it, without those that destroy themselves.
    pub files: Vec<AttachedFile>,
    /// The custom emoji in it, which are files too.
    pub custom_emoji: Vec<i64>,
    /// What may or may not be kept of it.
    pub flags: RecordFlags,
}

/// What may or may not be kept of a message, and whether it is whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own in Telegram's schema"
)]
pub struct RecordFlags {
    /// It must not be kept (`noforwards`).
    pub is_protected: bool,
    /// It disappears after a while (`ttl_period`).
    pub is_fleeting: bool,
    /// What is attached destroys itself once it is seen; of that, nothing is
    /// among the files, and no preview is in the JSON.
    pub self_destructs: bool,
    /// Its rich text is shortened, and Telegram did not give the whole.
    pub is_shortened: bool,
}

/// What a file is in its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileRole {
    /// What the message is about: its photo, its document, or the photo of what
    /// happened.
    Main,
    /// A picture of the document.
    Thumbnail,
    /// Part of a rich message.
    Rich,
    /// Part of paid media that the account may see.
    Paid,
    /// The moving half of a live photo, or the cover of a video.
    Beside,
    /// Belongs to what the message points at: the preview of a web page, a
    /// game, a poll, a shared story, a gift.
    Preview,
}

/// A file in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedFile {
    /// What it is there.
    pub role: FileRole,
    /// The file.
    pub file: MediaFile,
}

impl AttachedFile {
    /// By what the JSON and the export name the file.
    pub fn key(&self) -> FileKey {
        self.file.location.key()
    }
}

/// Messages of a dialog for an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPage {
    /// The messages in the order in which they are read: those before one from
    /// the latest to the earliest, those after one the other way round.
    pub records: Vec<MessageRecord>,
    /// Who is mentioned in them.
    pub peers: Vec<PeerRecord>,
    /// From where the next page is read; `None`: there is nothing more.
    pub next: Option<HistoryFrom>,
    /// How many messages there are in the dialog, as far as Telegram says.
    pub total: u32,
    /// Of a channel or supergroup: the number of the last event in it.
    pub pts: Option<i32>,
    /// Under which claim on the session it was read.
    pub claim: SessionClaim,
}

/// A document that is no part of a message: a custom emoji.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentRecord {
    /// Its id.
    pub id: i64,
    /// What Telegram says of it: a JSON object on one line.
    pub json: String,
    /// The file.
    pub file: MediaFile,
}

/// Without texts and names.
impl fmt::Debug for MessageRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageRecord")
            .field("id", &self.id)
            .field("at", &self.at)
            .field("bytes", &self.json.len())
            .field("files", &self.files.len())
            .field("album", &self.album)
            .field("flags", &self.flags)
            .finish_non_exhaustive()
    }
}

/// Without its name.
impl fmt::Debug for DocumentRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentRecord")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::{FileKind, FileLocation, MediaKind};

    #[test]
    fn debug_shows_no_words() {
        let at = Timestamp::from_timestamp(1_800_000_000, 0).unwrap();
        let file = MediaFile {
            location: FileLocation {
                id: 5,
                kind: FileKind::Document,
                access_hash: 4_711,
                reference: b"secret".to_vec(),
                dc: 2,
            },
            kind: MediaKind::Document,
            size: 1,
            name: Some("secret.txt".to_owned()),
            mime_type: "text/plain".to_owned(),
            at,
            dimensions: None,
            seconds: None,
            emoji: None,
            is_spoiler: false,
        };
        let attached = AttachedFile {
            role: FileRole::Main,
            file: file.clone(),
        };
        assert_eq!(attached.key().to_string(), "document5");
        let record = MessageRecord {
            id: 7,
            at: Some(at),
            edited_at: None,
            json: r#"{"_":"message","message":"secret words"}"#.to_owned(),
            sender: Some(PeerId::User(1)),
            album: None,
            files: vec![attached],
            custom_emoji: Vec::new(),
            flags: RecordFlags::default(),
        };
        let document = DocumentRecord {
            id: 5,
            json: r#"{"_":"document","file_name":"secret"}"#.to_owned(),
            file,
        };
        let shown = format!("{record:?} {document:?}");
        assert!(
            !shown.contains("secret") && !shown.contains("4711"),
            "{shown}"
        );
    }
}
