//! Files as rows of pieces, with an end.

use crc32fast::Hasher;
use serde::{Deserialize, Serialize};
use sesame_domain::ports::{ExportFiles, ExportFilesError, PieceName, PieceThere};
use sesame_domain::reading::FILE_PART_MAX;
use sha2::{Digest as _, Sha256};

use crate::export::KeptFile;

/// How large a piece of a file is; the last one may be smaller.
pub(super) const PIECE: u64 = FILE_PART_MAX as u64;
/// The number of the piece that ends a file.
const END: u64 = u64::MAX;

/// What stands in a file's end.
#[derive(Serialize, Deserialize)]
struct End {
    size: u64,
    sha256: String,
    crc32: u32,
}

fn data(file: &str, number: u64) -> PieceName<'_> {
    PieceName {
        file,
        number,
        is_last: false,
    }
}

fn end(file: &str) -> PieceName<'_> {
    PieceName {
        file,
        number: END,
        is_last: true,
    }
}

/// A file that is being read through or written: its digests so far.
#[derive(Clone, Default)]
pub(super) struct Digests {
    sha256: Sha256,
    crc32: Hasher,
    pub(super) size: u64,
}

impl Digests {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.crc32.update(bytes);
        self.size += bytes.len() as u64;
    }

    pub(super) fn kept(self) -> KeptFile {
        KeptFile {
            size: self.size,
            sha256: self.sha256.finalize().into(),
            crc32: self.crc32.finalize(),
        }
    }
}

/// How many bytes of a file are there without a gap, from its beginning on.
pub(super) async fn begun(files: &dyn ExportFiles, file: &str) -> Result<u64, ExportFilesError> {
    let pieces = files.pieces(file).await?;
    let mut length = 0;
    for (number, PieceThere { bytes, .. }) in (0..)
        .zip(pieces)
        .take_while(|(number, piece)| piece.number == *number && piece.number != END)
    {
        if length != number * PIECE {
            // Behind one that is not full nothing can follow.
            break;
        }
        length += bytes;
    }
    Ok(length)
}

/// Keeps a part of a file that begins at a piece.
pub(super) async fn put_part(
    files: &dyn ExportFiles,
    file: &str,
    offset: u64,
    part: Vec<u8>,
) -> Result<(), ExportFilesError> {
    files.put(data(file, offset / PIECE), part).await
}

/// What a file that has its end is.
pub(super) async fn whole(
    files: &dyn ExportFiles,
    file: &str,
) -> Result<Option<KeptFile>, ExportFilesError> {
    let Some(bytes) = files.get(end(file)).await? else {
        return Ok(None);
    };
    let end: Option<End> = serde_json::from_slice(&bytes).ok();
    let end = end.ok_or(ExportFilesError::Damaged)?;
    let sha256 = hex::decode(&end.sha256).ok();
    let sha256 = sha256.and_then(|digest| digest.try_into().ok());
    Ok(Some(KeptFile {
        size: end.size,
        sha256: sha256.ok_or(ExportFilesError::Damaged)?,
        crc32: end.crc32,
    }))
}

/// Ends a file: it is whole from now on.
pub(super) async fn finish(
    files: &dyn ExportFiles,
    file: &str,
    kept: KeptFile,
) -> Result<(), ExportFilesError> {
    let text = serde_json::to_vec(&End {
        size: kept.size,
        sha256: hex::encode(kept.sha256),
        crc32: kept.crc32,
    });
    let text = text.map_err(|_| ExportFilesError::Damaged)?;
    files.put(end(file), text).await
}

/// The digests of so many bytes of a file that are there.
pub(super) async fn read_through(
    files: &dyn ExportFiles,
    file: &str,
    size: u64,
) -> Result<Digests, ExportFilesError> {
    let mut digests = Digests::default();
    while digests.size < size {
        let bytes = piece_of(files, file, digests.size / PIECE, size).await?;
        digests.add(&bytes);
    }
    Ok(digests)
}

/// A piece of a file of this size, which has as many bytes as it must.
pub(super) async fn piece_of(
    files: &dyn ExportFiles,
    file: &str,
    number: u64,
    size: u64,
) -> Result<Vec<u8>, ExportFilesError> {
    let bytes = files.get(data(file, number)).await?;
    let bytes = bytes.ok_or(ExportFilesError::Damaged)?;
    let begins = number.checked_mul(PIECE).ok_or(ExportFilesError::Damaged)?;
    let expected = size.saturating_sub(begins).min(PIECE);
    if expected == 0 || bytes.len() as u64 != expected {
        return Err(ExportFilesError::Damaged);
    }
    Ok(bytes)
}

/// Writes a file from its beginning to its end, piece by piece.
pub(super) struct FileWriter<'a> {
    files: &'a dyn ExportFiles,
    file: String,
    number: u64,
    held: Vec<u8>,
    digests: Digests,
}

impl<'a> FileWriter<'a> {
    /// Begins; what was there of that name is removed.
    pub(super) async fn begin(
        files: &'a dyn ExportFiles,
        file: String,
    ) -> Result<Self, ExportFilesError> {
        files.remove(&file).await?;
        Ok(Self {
            files,
            file,
            number: 0,
            held: Vec::new(),
            digests: Digests::default(),
        })
    }

    /// The next bytes.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), ExportFilesError> {
        self.digests.add(bytes);
        self.held.extend_from_slice(bytes);
        let piece = usize::try_from(PIECE).unwrap_or(usize::MAX);
        while self.held.len() >= piece {
            let rest = self.held.split_off(piece);
            let full = std::mem::replace(&mut self.held, rest);
            self.put(full).await?;
        }
        Ok(())
    }

    /// Ends the file.
    pub(super) async fn finish(mut self) -> Result<KeptFile, ExportFilesError> {
        let rest = std::mem::take(&mut self.held);
        if !rest.is_empty() {
            self.put(rest).await?;
        }
        let kept = self.digests.clone().kept();
        finish(self.files, &self.file, kept).await?;
        Ok(kept)
    }

    async fn put(&mut self, bytes: Vec<u8>) -> Result<(), ExportFilesError> {
        self.files.put(data(&self.file, self.number), bytes).await?;
        self.number += 1;
        Ok(())
    }
}
