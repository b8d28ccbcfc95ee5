//! An export that was put together: which files it consists of.

use serde::{Deserialize, Serialize};
use sesame_domain::ports::{ExportFiles, ExportFilesError};
use sesame_domain::time::Timestamp;

use super::file::{self, PIECE};
use crate::export::Tally;
use crate::export::zip::{ZipEntry, ZipPlan};

/// The file that lists the editions that were begun, by the attempt that put each
/// together.
pub(super) const EDITIONS: &str = "editions";
/// The list of an edition's files.
pub(super) const INDEX: &str = "index";

/// An export that was put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRendering {
    /// The attempt that did it: what its files are known by.
    pub edition: u64,
    /// What it holds.
    pub tally: Tally,
    /// How many bytes the archive has.
    pub archive_bytes: u64,
}

/// A file of an export, and where its content is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) crc32: u32,
    pub(super) from: From,
}

/// Where the content of a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum From {
    /// In this sealed file.
    File(String),
    /// In this sealed file of so many bytes, from there on.
    Within { file: String, of: u64, at: u64 },
    /// Here.
    Text(String),
}

/// Under which name a file of an edition is kept. The number is part of what its
/// pieces are bound to, so that an older edition cannot stand in for it.
pub(super) fn name(edition: u64, part: &str) -> String {
    format!("edition {edition} {part}")
}

/// The files of an edition, as they stand in its index.
pub(super) async fn entries(
    files: &dyn ExportFiles,
    edition: u64,
) -> Result<Vec<Entry>, ExportFilesError> {
    let index = name(edition, INDEX);
    let whole = file::whole(files, &index).await?;
    let whole = whole.ok_or(ExportFilesError::Damaged)?;
    let mut entries = Vec::new();
    let mut rest = Vec::new();
    for number in 0..whole.size.div_ceil(PIECE) {
        rest.extend(file::piece_of(files, &index, number, whole.size).await?);
        let lines = rest.iter().rposition(|byte| *byte == b'\n');
        let behind = rest.split_off(lines.map_or(0, |at| at + 1));
        for line in std::mem::replace(&mut rest, behind).split(|byte| *byte == b'\n') {
            if line.is_empty() {
                continue;
            }
            let entry = serde_json::from_slice(line);
            entries.push(entry.map_err(|_| ExportFilesError::Damaged)?);
        }
    }
    if rest.is_empty() {
        Ok(entries)
    } else {
        Err(ExportFilesError::Damaged)
    }
}

/// The archive of an edition's files.
pub(super) fn plan(entries: &[Entry], made_at: Timestamp) -> Option<ZipPlan> {
    let entries = entries.iter().map(|entry| ZipEntry {
        path: entry.path.clone(),
        size: entry.size,
        crc32: entry.crc32,
        modified: made_at.naive_utc(),
    });
    ZipPlan::new(entries.collect()).ok()
}
