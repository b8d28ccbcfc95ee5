//! How far an export has come.

/// How far an export has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportProgress {
    /// Messages that were kept.
    pub messages: u64,
    /// Of how many that the dialog has, as far as Telegram says.
    pub total: u64,
    /// Files that are there.
    pub files: u64,
    /// Of how many that were met so far and are wanted.
    pub of_files: u64,
    /// Files that did not come.
    pub missing: u64,
    /// Bytes of files that were fetched this time.
    pub bytes: u64,
}

/// Is told how far an export has come.
pub trait ExportObserver: Send + Sync {
    /// So far.
    fn so_far(&self, progress: ExportProgress);
}
