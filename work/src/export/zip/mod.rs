//! A zip archive whose every byte is known before the first is sent.
//!
//! Entries are stored as they are (pictures and videos do not get smaller), with
//! their length and checksum before them, so that the archive's length is known and
//! any range of it can be sent; with descriptors behind the entries, as libraries
//! write them that stream, some programs do not open it. The long forms (zip64)
//! appear only where a number is too large for the short one. What is kept in memory
//! grows with the number of entries, since an archive ends with a list of them.

mod plan;
mod record;

pub use plan::{Piece, ZipPlan};

use chrono::NaiveDateTime;

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZipEntry {
    /// Its path, with `/`.
    pub path: String,
    /// How many bytes it has.
    pub size: u64,
    /// The checksum of its content.
    pub crc32: u32,
    /// When it was changed last, by the clocks where the archive is opened.
    pub modified: NaiveDateTime,
}

/// Why there cannot be such an archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// A path leads out of the folder in which the archive is unpacked, or is
    /// none, or too long.
    #[error("not a path within an archive, in entry {0}")]
    Path(usize),
    /// Two entries have the same path.
    #[error("a path that another entry has, in entry {0}")]
    Twice(usize),
    /// More bytes than there are numbers.
    #[error("an archive that is too large")]
    TooLarge,
}
