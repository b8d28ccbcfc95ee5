//! Files in messages.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    pub content: Bytes,
    /// The data centre that keeps it.
    pub dc: i32,
}

/// A file in a message.
pub struct MediaFile {
    /// The file's id.
    pub id: i64,
    /// What clients must present with the id.
    pub access_hash: i64,
    reference: Guarded<Vec<u8>>,
    /// When it was uploaded, in seconds.
    pub date: i64,
    /// The rest.
    pub file: NewMedia,
}

impl MediaFile {
    pub(super) fn new(file: NewMedia, now: i64) -> Self {
        Self {
            id: entropy::id().saturating_abs(),
            access_hash: entropy::id(),
            reference: Guarded::new(fresh_reference()),
            date: now,
            file,
        }
    }

    /// What clients must present to fetch it; it comes with a message.
    pub fn file_reference(&self) -> Vec<u8> {
        self.reference.read().clone()
    }

    /// The reference that was handed out is good for nothing from now on; who
    /// fetches the message again gets another.
    pub(super) fn expire(&self) {
        *self.reference.write() = fresh_reference();
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
