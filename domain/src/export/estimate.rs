//! About how much an export will have.

/// About how much an export will have, as far as Telegram says before anything is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportEstimate {
    /// How many messages.
    pub messages: u64,
    /// How many files, but for those of [`ExportEstimate::counts_all`].
    pub files: u64,
    /// How many bytes these files have together. The messages themselves are not
    /// counted.
    pub bytes: u64,
    /// Whether these are the numbers themselves. Otherwise they are reckoned from the
    /// latest of them.
    pub is_exact: bool,
    /// Whether every kind of files that is wanted is counted. Telegram does not count
    /// stickers.
    pub counts_all: bool,
}

impl ExportEstimate {
    /// Whether it has more than this room.
    pub fn exceeds(&self, room: u64) -> bool {
        self.bytes > room
    }
}
