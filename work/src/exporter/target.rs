//! Where an export is kept while it is read.

use std::io;

use async_trait::async_trait;
use sesame_domain::reading::FileKey;

use crate::export::KeptFile;

/// A list that only grows, a line each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Whom the messages mention.
    Peers,
    /// The custom emoji in them.
    Emoji,
    /// What became of the files.
    Files,
    /// How telephone numbers are written: one line with the formats of all countries.
    PhoneFormats,
}

/// Why something could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// There is no room left.
    #[error("there is no room left for the export")]
    Full,
    /// Another export is under way there.
    #[error("another export is under way there")]
    Busy,
    /// A newer program wrote what is there, or something else is there.
    #[error("what is there is no export that this program can go on with: {0}")]
    Unknown(String),
    /// It cannot be read or written.
    #[error("the export cannot be kept: {0}")]
    Io(#[source] io::Error),
}

impl From<io::Error> for TargetError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(error),
        }
    }
}

/// Where an export is kept while it is read. What was answered with success is
/// there after a kill; what was not may be there or not, whole.
#[async_trait]
pub trait ExportTarget: Send + Sync {
    /// What the export remembers of itself; `None`: there is none yet.
    async fn state(&self) -> Result<Option<String>, TargetError>;

    /// Keeps what the export remembers of itself, in place of what it did before.
    async fn keep_state(&self, state: String) -> Result<(), TargetError>;

    /// Keeps a segment of lines, in place of one of this number.
    async fn keep_lines(&self, segment: u32, lines: String) -> Result<(), TargetError>;

    /// The lines of a segment that was kept.
    async fn kept_lines(&self, segment: u32) -> Result<String, TargetError>;

    /// A list, line by line; a line that was cut off is left out.
    async fn list(&self, list: List) -> Result<Vec<String>, TargetError>;

    /// Adds lines to a list.
    async fn add(&self, list: List, lines: String) -> Result<(), TargetError>;

    /// How many bytes of a file are there from before, from its beginning on.
    async fn begun(&self, key: FileKey) -> Result<u64, TargetError>;

    /// Adds a part of a file, where the last one ended.
    async fn add_part(&self, key: FileKey, offset: u64, part: Vec<u8>) -> Result<(), TargetError>;

    /// A file is whole: it lies among the files from now on.
    async fn finish(&self, key: FileKey) -> Result<KeptFile, TargetError>;

    /// Throws away what is there of a file that is not whole.
    async fn abandon(&self, key: FileKey) -> Result<(), TargetError>;
}
