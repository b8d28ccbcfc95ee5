//! Files in messages.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::content::Content;
use crate::world::entropy;
use crate::world::guarded::Guarded;

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A file of any type.
    Document,
    /// A photo (JPEG).
    Photo,
}

/// A file that is to be attached.
#[derive(Clone, Debug)]
pub struct NewMedia {
    /// What kind of file it is.
    pub kind: MediaKind,
    /// Its name.
    pub file_name: String,
    /// Its MIME type.
    pub mime_type: String,
    /// Its content.
    pub content: Content,
    /// The data centre that keeps it.
    pub dc: i32,
}

/// A smaller picture of a file: a size of a photo, or what a document looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// Its type, one letter.
    pub kind: String,
    /// Pixels across.
    pub width: i32,
    /// Pixels down.
    pub height: i32,
    /// The picture.
    pub content: Content,
}

/// A file that is to be kept, with all that can be said of it.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Its id; made up if absent.
    pub id: Option<i64>,
    /// The file.
    pub media: NewMedia,
    /// Smaller pictures of it.
    pub thumbnails: Vec<Thumbnail>,
    /// Whether it is kept by a CDN for clients that can take it from there.
    pub cdn: bool,
}

impl From<NewMedia> for NewFile {
    fn from(media: NewMedia) -> Self {
        Self {
            id: None,
            media,
            thumbnails: Vec::new(),
            cdn: false,
        }
    }
}

/// What goes wrong whenever a file is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// It is answered with this error.
    Error {
        /// The kind of error, like an HTTP status.
        code: i32,
        /// Telegram's name of it.
        message: String,
    },
    /// It is never answered.
    Silence,
    /// It ends after so many bytes, without a word.
    Short(u64),
    /// A byte of it is another one; only where a CDN keeps it, which is not trusted.
    Altered,
}

/// A file in a message.
pub struct MediaFile {
    /// The file's id.
    pub id: i64,
    /// What clients must present with the id.
    pub access_hash: i64,
    reference: Guarded<Vec<u8>>,
    first_reference: Vec<u8>,
    /// When it was uploaded, in seconds.
    pub date: i64,
    /// The rest.
    pub file: NewMedia,
    /// Smaller pictures of it.
    pub thumbnails: Vec<Thumbnail>,
    /// Whether it is kept by a CDN for clients that can take it from there.
    pub cdn: bool,
    /// Whether it is made each time it is asked for: nothing can be ordered for it.
    pub made: bool,
    /// Whether the CDN has got it.
    at_cdn: AtomicBool,
    fault: Guarded<Option<FileFault>>,
}

impl MediaFile {
    pub(super) fn new(new: NewFile, now: i64) -> Self {
        let reference = fresh_reference();
        Self {
            id: new.id.unwrap_or_else(|| entropy::id().saturating_abs()),
            access_hash: entropy::id(),
            first_reference: reference.clone(),
            reference: Guarded::new(reference),
            date: now,
            file: new.media,
            thumbnails: new.thumbnails,
            cdn: new.cdn,
            made: false,
            at_cdn: AtomicBool::new(false),
            fault: Guarded::default(),
        }
    }

    /// A file that was there before a restart.
    pub(super) fn kept(new: NewFile, access_hash: i64, date: i64) -> Self {
        Self {
            access_hash,
            ..Self::new(new, date)
        }
    }

    /// A file that is made when it is asked for, with what clients must present.
    pub(super) fn made(new: NewFile, date: i64, access_hash: i64, reference: &[u8]) -> Self {
        Self {
            access_hash,
            first_reference: reference.to_vec(),
            reference: Guarded::new(reference.to_vec()),
            made: true,
            ..Self::new(new, date)
        }
    }

    /// What clients must present to fetch it; it comes with a message.
    pub fn file_reference(&self) -> Vec<u8> {
        self.reference.read().clone()
    }

    /// What it was when the file was made.
    pub(crate) fn first_reference(&self) -> &[u8] {
        &self.first_reference
    }

    /// The reference that was handed out is good for nothing from now on; who
    /// fetches the message again gets another.
    pub fn expire(&self) {
        *self.reference.write() = fresh_reference();
    }

    /// The content of one of its pictures, or of the file.
    pub fn content(&self, thumbnail: &str) -> Option<&Content> {
        let found = self.thumbnails.iter().find(|it| it.kind == thumbnail);
        let whole = match self.file.kind {
            MediaKind::Document => thumbnail.is_empty(),
            // Whoever made it without sizes gets one that is all of it.
            MediaKind::Photo => self.thumbnails.is_empty() && thumbnail == "x",
        };
        let whole = whole.then_some(&self.file.content);
        found.map(|it| &it.content).or(whole)
    }

    /// Whether the CDN has got it; at first it has not.
    pub(crate) fn is_at_cdn(&self) -> bool {
        self.at_cdn.load(Ordering::Relaxed)
    }

    /// The CDN gets it.
    pub(crate) fn bring_to_cdn(&self) {
        self.at_cdn.store(true, Ordering::Relaxed);
    }

    /// What goes wrong whenever it is fetched.
    pub fn fault(&self) -> Option<FileFault> {
        self.fault.read().clone()
    }

    /// Orders what goes wrong whenever it is fetched, or that nothing does.
    pub fn set_fault(&self, fault: Option<FileFault>) {
        *self.fault.write() = fault;
    }
}

fn fresh_reference() -> Vec<u8> {
    entropy::bytes::<16>().to_vec()
}

impl fmt::Debug for MediaFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaFile")
            .field("id", &self.id)
            .field("len", &self.file.content.len())
            .finish_non_exhaustive()
    }
}
