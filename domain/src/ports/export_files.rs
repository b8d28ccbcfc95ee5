//! The files of exports that are kept on the server.

use std::sync::Arc;

use async_trait::async_trait;

use crate::audit::Access;
use crate::ids::{ExportId, Owner};
use crate::sealed::Sealed;

use super::VaultError;

/// What lies behind a failure of the place.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a file of an export could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum ExportFilesError {
    /// There is no room left at the place.
    #[error("there is no room left for exports")]
    Full(#[source] Cause),
    /// The place does not answer, or has trouble of its own: again later.
    #[error("the place of the exports does not answer")]
    Unreachable(#[source] Cause),
    /// The place is not there: its folder or bucket is gone, or cannot be named so.
    #[error("the place of the exports is not there")]
    Gone(#[source] Cause),
    /// The place lets no one in: its rights, its policy or the credentials are wrong.
    #[error("the place of the exports refuses access")]
    Denied(#[source] Cause),
    /// What is there was changed, cut off, or put in another's place.
    #[error("a file of the export is damaged: it was changed, cut off or moved")]
    Damaged,
    /// Its key could not be made or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// A piece of a file. What is sealed in it opens as this piece alone: of this
/// export and owner, in this file, at this place, and as its last one or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PieceName<'a> {
    /// The file.
    pub file: &'a str,
    /// Which piece of it.
    pub number: u64,
    /// Whether none comes behind it.
    pub is_last: bool,
}

/// A piece that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PieceThere {
    /// Which piece of its file.
    pub number: u64,
    /// How many bytes it has when it is opened. The place says so: only opening
    /// it proves it.
    pub bytes: u64,
}

/// The files of one export, whose key is open. Names and contents are sealed; the
/// place sees how many files there are, and how large.
#[async_trait]
pub trait ExportFiles: Send + Sync {
    /// Keeps a piece, whole or not at all, in place of one of its number. Once
    /// this is answered, it is there after a kill.
    async fn put(&self, piece: PieceName<'_>, bytes: Vec<u8>) -> Result<(), ExportFilesError>;

    /// A piece; `None`: there is none of this number.
    ///
    /// # Errors
    /// [`ExportFilesError::Damaged`] when what is there is not this piece.
    async fn get(&self, piece: PieceName<'_>) -> Result<Option<Vec<u8>>, ExportFilesError>;

    /// The pieces of a file that are there, by number.
    async fn pieces(&self, file: &str) -> Result<Vec<PieceThere>, ExportFilesError>;

    /// How many bytes all files of the export take at the place.
    async fn size(&self) -> Result<u64, ExportFilesError>;

    /// Removes all pieces of a file; one that is not there is no error.
    async fn remove(&self, file: &str) -> Result<(), ExportFilesError>;
}

/// Where exports are kept.
#[async_trait]
pub trait ExportStore: Send + Sync {
    /// The key of a new export, sealed. Nothing is kept.
    async fn new_key(
        &self,
        owner: &Owner,
        id: ExportId,
        access: &Access,
    ) -> Result<Sealed, ExportFilesError>;

    /// Opens an export by its key, once that stands in the audit.
    async fn open(
        &self,
        owner: &Owner,
        id: ExportId,
        key: &Sealed,
        access: &Access,
    ) -> Result<Arc<dyn ExportFiles>, ExportFilesError>;

    /// Removes all that is there of an export; without its key, which is to go
    /// before, none of it opens. Nothing there is no error.
    async fn remove(&self, id: ExportId) -> Result<(), ExportFilesError>;
}
