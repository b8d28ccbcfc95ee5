//! What is attached to messages.

use std::fmt;
use std::str::FromStr;

use crate::session::peer::PeerId;
use crate::time::Timestamp;

/// The longest part of a file that can be asked for. Parts are 4 KiB long, or
/// that times a power of two, and begin at a multiple of their length
/// (<https://core.telegram.org/api/files>). Telegram gives 1 MiB; the library
/// underneath breaks its connection at an answer that is longer than 1,044,448
/// bytes, so it is half of that.
pub const FILE_PART_MAX: u32 = 512 * 1024;

/// What is attached to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageMedia {
    /// A file.
    File(MediaFile),
    /// A preview of a web page.
    WebPage {
        /// Its address, if the preview is there.
        url: Option<String>,
        /// Its title.
        title: Option<String>,
    },
    /// A place.
    Place {
        /// Degrees north.
        latitude: Degrees,
        /// Degrees east.
        longitude: Degrees,
        /// What is there.
        title: Option<String>,
        /// Its address.
        address: Option<String>,
    },
    /// Someone's telephone number.
    Contact {
        /// First and last name.
        name: String,
        /// The number.
        phone: String,
        /// Their id at Telegram, if they are there.
        user: Option<i64>,
    },
    /// A throw of dice, or of another emoji.
    Dice {
        /// The emoji.
        emoji: String,
        /// What came up.
        value: i32,
    },
    /// One that destroys itself: it is never kept.
    SelfDestructing,
    /// One that has no word here, by its name in the schema.
    Other(&'static str),
}

/// An angle, to the microdegree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Degrees(pub i64);

impl Degrees {
    /// From degrees.
    #[allow(clippy::cast_possible_truncation, reason = "an angle has few digits")]
    pub fn from_f64(degrees: f64) -> Self {
        Self((degrees * 1_000_000.0).round() as i64)
    }
}

/// What kind of file a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// A photo.
    Photo,
    /// A video.
    Video,
    /// A round video.
    RoundVideo,
    /// A voice message.
    Voice,
    /// Music.
    Audio,
    /// A video without sound that repeats.
    Animation,
    /// A sticker.
    Sticker,
    /// Anything else.
    Document,
}

/// A file in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFile {
    /// Where it is.
    pub location: FileLocation,
    /// What kind of file it is.
    pub kind: MediaKind,
    /// How many bytes it has.
    pub size: u64,
    /// Its name, if it was given one.
    pub name: Option<String>,
    /// Its MIME type.
    pub mime_type: String,
    /// When it was uploaded.
    pub at: Timestamp,
    /// Width and height in pixels.
    pub dimensions: Option<(i32, i32)>,
    /// How many seconds it plays.
    pub seconds: Option<u32>,
    /// For a sticker or animated emoji: what it stands for.
    pub emoji: Option<String>,
    /// Whether it is blurred until it is touched.
    pub is_spoiler: bool,
}

/// What a location names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A document.
    Document,
    /// A photo in one of its sizes.
    Photo {
        /// Which, by Telegram's letter.
        size: String,
    },
    /// A picture of a document.
    Thumbnail {
        /// Which, by Telegram's letter.
        size: String,
    },
}

/// A file by what stays the same of it: what an export calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKey {
    /// A photo, in its largest size.
    Photo(i64),
    /// A document.
    Document(i64),
    /// The largest picture of a document.
    Thumbnail(i64),
}

/// A text that names no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a file: expected photo, document or thumbnail and a number, as in `photo123`")]
pub struct NotAFile;

/// `photo1`, `document2`, `thumbnail2`.
impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Photo(id) => write!(f, "photo{id}"),
            Self::Document(id) => write!(f, "document{id}"),
            Self::Thumbnail(id) => write!(f, "thumbnail{id}"),
        }
    }
}

impl FromStr for FileKey {
    type Err = NotAFile;

    fn from_str(text: &str) -> Result<Self, NotAFile> {
        let number = text.trim_start_matches(|c: char| c.is_ascii_lowercase());
        let id = number.parse().map_err(|_| NotAFile)?;
        match &text[..text.len() - number.len()] {
            "photo" => Ok(Self::Photo(id)),
            "document" => Ok(Self::Document(id)),
            "thumbnail" => Ok(Self::Thumbnail(id)),
            _ => Err(NotAFile),
        }
    }
}

/// Where a file is at Telegram, with what it takes to fetch it.
#[derive(Clone, PartialEq, Eq)]
pub struct FileLocation {
    /// The file's id.
    pub id: i64,
    /// What it is.
    pub kind: FileKind,
    /// What Telegram wants to see beside the id; good for the account alone.
    pub access_hash: i64,
    /// Where the account has the file from; it expires after some hours.
    pub reference: Vec<u8>,
    /// The data centre that keeps it.
    pub dc: i32,
}

impl FileLocation {
    /// What stays the same of the file.
    pub fn key(&self) -> FileKey {
        match self.kind {
            FileKind::Document => FileKey::Document(self.id),
            FileKind::Photo { .. } => FileKey::Photo(self.id),
            FileKind::Thumbnail { .. } => FileKey::Thumbnail(self.id),
        }
    }
}

impl fmt::Debug for FileLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileLocation")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("dc", &self.dc)
            .finish_non_exhaustive()
    }
}

/// A file with the message that it is in, from which its reference can be
/// renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFile {
    /// The dialog.
    pub dialog: PeerId,
    /// The message.
    pub message: i32,
    /// Where the file is.
    pub location: FileLocation,
}

/// A part of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct FilePart {
    /// Its bytes; fewer than were asked for at the file's end.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePart")
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_as_it_is_read_and_nothing_else_is() {
        for key in [
            FileKey::Photo(5),
            FileKey::Document(-9_223_372_036_854_775_808),
            FileKey::Thumbnail(0),
        ] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        for text in ["", "photo", "5", "photo 5", "video5", "photo5x"] {
            assert_eq!(text.parse::<FileKey>(), Err(NotAFile), "{text}");
        }
    }
}
