//! Fetching an export.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{self, Stream};

use crate::export::Export;

use super::{ExportFilesError, StoreError};

/// Why an export cannot be fetched.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Nothing was put together yet, or it was removed.
    #[error("there is nothing to be fetched")]
    NotThere,
    /// Its key cannot be looked up.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be opened or read.
    #[error(transparent)]
    Files(#[from] ExportFilesError),
}

/// An export as a zip archive, which is made while it is read.
#[async_trait]
pub trait ExportArchive: Send + Sync {
    /// How many bytes it has.
    fn length(&self) -> u64;

    /// The beginning of a part of it: as much as is at hand, and something unless the
    /// part is empty or lies behind the end.
    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, ExportFilesError>;
}

/// Opens exports to be fetched.
#[async_trait]
pub trait ExportArchives: Send + Sync {
    /// Opens what was put together last. That its owner has it opened stands in the
    /// audit before.
    async fn open(&self, export: &Export) -> Result<Arc<dyn ExportArchive>, ArchiveError>;
}

/// The bytes of a part of an archive from its beginning to its end, read by this. It
/// breaks off where there should be more and is not: what came is no whole archive.
pub fn pieces<R, F>(
    range: Range<u64>,
    read: R,
) -> impl Stream<Item = Result<Vec<u8>, ExportFilesError>>
where
    R: Fn(Range<u64>) -> F,
    F: Future<Output = Result<Vec<u8>, ExportFilesError>>,
{
    stream::try_unfold((range, read), async |(left, read)| {
        if left.is_empty() {
            return Ok(None);
        }
        let piece = read(left.clone()).await?;
        if piece.is_empty() {
            return Err(ExportFilesError::Damaged);
        }
        let next = left.start.saturating_add(piece.len() as u64);
        Ok(Some((piece, (next..left.end, read))))
    })
}
