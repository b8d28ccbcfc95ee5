//! The files of one export.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sesame_domain::ids::ExportId;
use sesame_domain::ports::{ExportFiles, ExportFilesError, PieceName, PieceThere};
use sesame_domain::random::Entropy;

use super::error::trouble;
use super::piece::{ExportKeys, OVERHEAD};
use crate::backup::BackupTarget;

/// The files of one export, whose key is open.
pub(super) struct SealedFiles {
    pub(super) id: ExportId,
    pub(super) keys: ExportKeys,
    pub(super) place: BackupTarget,
    pub(super) entropy: Arc<dyn Entropy>,
    /// Folders that are there.
    pub(super) made: Mutex<HashSet<String>>,
}

impl SealedFiles {
    fn folder(&self, file: &str) -> Result<String, ExportFilesError> {
        let name = self.keys.name(file).ok_or(ExportFilesError::Damaged)?;
        Ok(format!("{}/{name}", self.id))
    }

    fn object(&self, piece: PieceName<'_>) -> Result<String, ExportFilesError> {
        Ok(format!(
            "{}/{:016x}",
            self.folder(piece.file)?,
            piece.number
        ))
    }

    async fn make(&self, folder: String) -> Result<(), ExportFilesError> {
        if self.made().contains(&folder) {
            return Ok(());
        }
        self.place.make_folder(&folder).await.map_err(trouble)?;
        self.made().insert(folder);
        Ok(())
    }

    fn made(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ExportFiles for SealedFiles {
    async fn put(&self, piece: PieceName<'_>, bytes: Vec<u8>) -> Result<(), ExportFilesError> {
        self.make(self.folder(piece.file)?).await?;
        let sealed = self.keys.seal(piece, &bytes, self.entropy.as_ref())?;
        let put = self.place.put(&self.object(piece)?, sealed).await;
        put.map_err(trouble)
    }

    async fn get(&self, piece: PieceName<'_>) -> Result<Option<Vec<u8>>, ExportFilesError> {
        let found = self.place.get(&self.object(piece)?).await;
        let Some(sealed) = found.map_err(trouble)? else {
            return Ok(None);
        };
        self.keys.open(piece, &sealed).map(Some)
    }

    async fn pieces(&self, file: &str) -> Result<Vec<PieceThere>, ExportFilesError> {
        let found = self.place.list(&self.folder(file)?).await;
        let found = found.map_err(trouble)?.into_iter();
        // What has another name is no piece: a draft of a put that was killed.
        let pieces = found.filter_map(|stored| {
            let number = u64::from_str_radix(&stored.name, 16).ok()?;
            Some(PieceThere {
                number,
                bytes: stored.bytes.checked_sub(OVERHEAD)?,
            })
        });
        let mut pieces: Vec<_> = pieces.collect();
        pieces.sort_unstable();
        Ok(pieces)
    }

    async fn size(&self) -> Result<u64, ExportFilesError> {
        let found = self.place.list(&self.id.to_string()).await;
        let found = found.map_err(trouble)?;
        Ok(found.iter().map(|stored| stored.bytes).sum())
    }

    async fn remove(&self, file: &str) -> Result<(), ExportFilesError> {
        let folder = self.folder(file)?;
        self.made().remove(&folder);
        self.place.remove_folder(&folder).await.map_err(trouble)
    }
}

impl fmt::Debug for SealedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedFiles")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
