//! Exports as archives that are fetched: opened while they are sent, and nowhere
//! kept in plain.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::audit::{Access, AccessPurpose, Actor};
use sesame_domain::export::{Export, MadeExport};
use sesame_domain::ports::{
    ArchiveError, ExportArchive, ExportArchives, ExportFiles, ExportFilesError, ExportStore,
    Exports,
};
use tokio::sync::Mutex;

use super::edition::{Entry, From, entries, plan};
use super::file::{self, PIECE};
use crate::export::zip::{Piece, ZipPlan};

/// Exports as archives.
pub struct Archives {
    /// Their rows, with their keys.
    pub exports: Arc<dyn Exports>,
    /// Their files.
    pub store: Arc<dyn ExportStore>,
}

#[async_trait]
impl ExportArchives for Archives {
    async fn open(&self, export: &Export) -> Result<Arc<dyn ExportArchive>, ArchiveError> {
        let Some(made) = &export.made else {
            return Err(ArchiveError::NotThere);
        };
        let key = self.exports.key(export.id).await?;
        let key = key.ok_or(ArchiveError::NotThere)?;
        let access = Access {
            actor: Actor::Owner,
            reason: AccessPurpose::FetchExport,
        };
        let files = self.store.open(&export.owner, export.id, &key, &access);
        let files = files.await?;
        Ok(archive(files, made).await?)
    }
}

/// The archive of what was put together, out of its open files.
///
/// # Errors
/// When something of it is missing, or is not what its row says.
pub async fn archive(
    files: Arc<dyn ExportFiles>,
    made: &MadeExport,
) -> Result<Arc<dyn ExportArchive>, ExportFilesError> {
    let entries = entries(&*files, made.edition).await?;
    let plan = plan(&entries, made.at).ok_or(ExportFilesError::Damaged)?;
    // The row says the length before the export is opened.
    if plan.length() != made.archive_bytes {
        return Err(ExportFilesError::Damaged);
    }
    Ok(Arc::new(Archive {
        plan,
        entries,
        files,
        last: Mutex::default(),
    }))
}

impl fmt::Debug for Archives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archives").finish_non_exhaustive()
    }
}

struct Archive {
    plan: ZipPlan,
    entries: Vec<Entry>,
    files: Arc<dyn ExportFiles>,
    /// The piece that was opened last: the next part often goes on in it.
    last: Mutex<Option<(usize, u64, Vec<u8>)>>,
}

#[async_trait]
impl ExportArchive for Archive {
    fn length(&self) -> u64 {
        self.plan.length()
    }

    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, ExportFilesError> {
        let until = range.end.min(range.start.saturating_add(PIECE));
        let pieces: Vec<_> = self.plan.pieces(range.start..until).collect();
        let mut bytes = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Bytes(some) => bytes.extend(some),
                Piece::Content { entry, range } => self.content(entry, range, &mut bytes).await?,
            }
        }
        Ok(bytes)
    }
}

impl Archive {
    async fn content(
        &self,
        number: usize,
        range: Range<u64>,
        bytes: &mut Vec<u8>,
    ) -> Result<(), ExportFilesError> {
        let entry = self.entries.get(number).ok_or(ExportFilesError::Damaged)?;
        let (file, of, range) = match &entry.from {
            From::File(file) => (file, entry.size, range),
            From::Within { file, of, at } => {
                let moved = |to: u64| at.checked_add(to).ok_or(ExportFilesError::Damaged);
                (file, *of, moved(range.start)?..moved(range.end)?)
            }
            From::Text(text) => {
                bytes.extend_from_slice(part(text.as_bytes(), 0, &range)?);
                return Ok(());
            }
        };
        let mut last = self.last.lock().await;
        for piece in range.start / PIECE..range.end.div_ceil(PIECE) {
            if !matches!(&*last, Some((of, at, _)) if (*of, *at) == (number, piece)) {
                let opened = file::piece_of(&*self.files, file, piece, of).await?;
                *last = Some((number, piece, opened));
            }
            if let Some((.., opened)) = &*last {
                bytes.extend_from_slice(part(opened, piece * PIECE, &range)?);
            }
        }
        Ok(())
    }
}

/// The part of bytes that begin there which lies within a range.
fn part<'a>(
    bytes: &'a [u8],
    begins: u64,
    range: &Range<u64>,
) -> Result<&'a [u8], ExportFilesError> {
    let place = |at: u64| {
        let inside = usize::try_from(at.saturating_sub(begins)).unwrap_or(usize::MAX);
        inside.min(bytes.len())
    };
    let part = bytes.get(place(range.start)..place(range.end));
    part.ok_or(ExportFilesError::Damaged)
}
