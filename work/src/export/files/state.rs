//! What became of a file.

use std::collections::HashMap;
use std::hash::BuildHasher;

use sesame_domain::reading::FileKey;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// It is there, whole.
    Kept(KeptFile),
    /// It is not there.
    LeftOut(LeftOut),
}

/// A file that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// How many bytes it has.
    pub size: u64,
    /// The digest of its content.
    pub sha256: [u8; 32],
    /// The checksum of its content that archives have.
    pub crc32: u32,
}

/// Why a file is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// Files of its kind were not asked for.
    Kind,
    /// It is larger than was asked for.
    Size,
    /// It lies outside of the days that were asked for.
    Date,
    /// It destroys itself, or its chat does not allow copies: it is never kept.
    Forbidden,
    /// Telegram does not have it any more.
    Gone,
    /// It did not come, however often it was tried.
    Failed,
}

impl LeftOut {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Kind,
        Self::Size,
        Self::Date,
        Self::Forbidden,
        Self::Gone,
        Self::Failed,
    ];

    /// The name in the manifest; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind_not_chosen",
            Self::Size => "larger_than_chosen",
            Self::Date => "outside_the_dates",
            Self::Forbidden => "may_not_be_kept",
            Self::Gone => "not_at_telegram",
            Self::Failed => "did_not_come",
        }
    }

    /// What Telegram Desktop writes in place of the file's path.
    pub(in crate::export) fn note(self) -> &'static str {
        match self {
            Self::Kind => "(File not included. Change data exporting settings to download.)",
            Self::Size => {
                "(File exceeds maximum size. Change data exporting settings to download.)"
            }
            Self::Date | Self::Forbidden | Self::Gone | Self::Failed => {
                "(File unavailable, please try again later)"
            }
        }
    }

    /// What Telegram Desktop calls the reason in a rich message.
    pub(in crate::export) fn reason(self) -> &'static str {
        match self {
            Self::Kind => "file_type",
            Self::Size => "file_size",
            Self::Date => "date_limits",
            Self::Forbidden | Self::Gone | Self::Failed => "unavailable",
        }
    }
}

/// What became of the files of an export.
pub trait FileBook: Sync {
    /// What became of one; of one that nothing is known of, that it did not come.
    fn state(&self, key: FileKey) -> FileState;
}

impl<S: BuildHasher + Sync> FileBook for HashMap<FileKey, FileState, S> {
    fn state(&self, key: FileKey) -> FileState {
        let known = self.get(&key).copied();
        known.unwrap_or(FileState::LeftOut(LeftOut::Failed))
    }
}

/// Nothing may be kept.
pub(in crate::export) struct Forbidden;

impl FileBook for Forbidden {
    fn state(&self, _: FileKey) -> FileState {
        FileState::LeftOut(LeftOut::Forbidden)
    }
}
