//! Files in messages.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
#[derive(Clone)]
pub struct MediaFile {
    /// The file's id.
    pub id: i64,
    /// What clients must present with the id.
    pub access_hash: i64,
    /// What clients must present to fetch it.
    pub file_reference: Vec<u8>,
    /// When it was uploaded, in seconds.
    pub date: i64,
    /// The rest.
    pub file: NewMedia,
}

impl fmt::Debug for MediaFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaFile")
            .field("id", &self.id)
            .field("len", &self.file.content.len())
            .finish_non_exhaustive()
    }
}
