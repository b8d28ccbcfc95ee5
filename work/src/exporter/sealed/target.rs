//! An export that is read into sealed files.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use async_trait::async_trait;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};
use sesame_domain::ports::{ExportFiles, ExportFilesError, PieceName, PieceThere};
use sesame_domain::reading::FileKey;
use tokio::sync::Mutex;

use super::fault::{over_quota, unkept};
use super::file::{self, Digests};
use crate::export::KeptFile;
use crate::exporter::target::{ExportTarget, List, TargetError};

/// The file of the states, a piece for each attempt.
const STATE: &str = "state";
/// The file of the lines, a piece for each segment.
const LINES: &str = "lines";
/// How many pieces an attempt can add to a list.
const OF_ATTEMPT: u64 = 1 << 24;
/// How many pieces are read at the same time.
const AT_ONCE: usize = 8;

/// A state as it is kept.
#[derive(Serialize, Deserialize)]
struct KeptState {
    /// What the export remembers of itself.
    state: String,
    /// How many pieces each list had by then: there are never fewer.
    lists: [u64; List::ALL.len()],
}

/// An export that is read into sealed files.
pub struct SealedExport {
    files: Arc<dyn ExportFiles>,
    attempt: u64,
    most: u64,
    /// How many bytes there are.
    bytes: AtomicU64,
    lists: [ListEnd; List::ALL.len()],
    /// Of files that are on their way.
    digests: Mutex<HashMap<FileKey, Digests>>,
}

/// How far a list has come.
#[derive(Debug, Default)]
struct ListEnd {
    /// How many pieces it has.
    pieces: AtomicU64,
    /// How many of them this attempt added.
    added: AtomicU32,
}

impl List {
    /// Every list there is.
    pub(super) const ALL: [Self; 4] = [Self::Peers, Self::Emoji, Self::Files, Self::PhoneFormats];

    /// The file that it is kept in; never changed.
    fn file(self) -> &'static str {
        match self {
            Self::Peers => "list of peers",
            Self::Emoji => "list of emoji",
            Self::Files => "list of files",
            Self::PhoneFormats => "list of phone formats",
        }
    }

    fn place(self) -> usize {
        match self {
            Self::Peers => 0,
            Self::Emoji => 1,
            Self::Files => 2,
            Self::PhoneFormats => 3,
        }
    }
}

impl SealedExport {
    /// Begins an attempt, or goes on with what the ones before it left. `most` is
    /// how many bytes the export may have.
    ///
    /// # Errors
    /// When what is there cannot be read, or something of it is missing.
    pub async fn open(
        files: Arc<dyn ExportFiles>,
        attempt: u64,
        most: u64,
    ) -> Result<Self, TargetError> {
        let before = kept_state(&*files).await.map_err(unkept)?;
        let lists = <[ListEnd; List::ALL.len()]>::default();
        for list in List::ALL {
            let there = files.pieces(list.file()).await.map_err(unkept)?;
            let count = there.len() as u64;
            let expected = before.as_ref().map_or(0, |it| it.lists[list.place()]);
            if count < expected {
                return Err(unkept(ExportFilesError::Damaged));
            }
            let end = &lists[list.place()];
            end.pieces.store(count, Ordering::Relaxed);
            let own = there.iter().filter(|it| it.number / OF_ATTEMPT == attempt);
            let own = u32::try_from(own.count()).unwrap_or(u32::MAX);
            end.added.store(own, Ordering::Relaxed);
        }
        let bytes = files.size().await.map_err(unkept)?;
        Ok(Self {
            files,
            attempt,
            most,
            bytes: AtomicU64::new(bytes),
            lists,
            digests: Mutex::default(),
        })
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn files(&self) -> &dyn ExportFiles {
        &*self.files
    }

    pub(super) fn attempt(&self) -> u64 {
        self.attempt
    }

    /// Counts bytes that are about to be kept.
    pub(super) fn take_room(&self, bytes: usize) -> Result<(), TargetError> {
        let bytes = bytes as u64;
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) <= self.most {
            return Ok(());
        }
        self.give_room(bytes);
        Err(over_quota())
    }

    /// Looks anew how many bytes there are.
    pub(super) async fn measure(&self) -> Result<(), TargetError> {
        let bytes = self.files.size().await.map_err(unkept)?;
        self.bytes.store(bytes, Ordering::Relaxed);
        Ok(())
    }

    /// Bytes are not there any more.
    fn give_room(&self, bytes: u64) {
        let given = |before: u64| Some(before.saturating_sub(bytes));
        // It always changes something.
        let _ = self
            .bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, given);
    }
}

fn lines(segment: u32) -> PieceName<'static> {
    PieceName {
        file: LINES,
        number: segment.into(),
        is_last: false,
    }
}

/// The state of the last attempt that kept one.
async fn kept_state(files: &dyn ExportFiles) -> Result<Option<KeptState>, ExportFilesError> {
    let Some(PieceThere { number, .. }) = files.pieces(STATE).await?.pop() else {
        return Ok(None);
    };
    let bytes = files.get(state(number)).await?;
    let bytes = bytes.ok_or(ExportFilesError::Damaged)?;
    let kept = serde_json::from_slice(&bytes);
    kept.map(Some).map_err(|_| ExportFilesError::Damaged)
}

fn state(attempt: u64) -> PieceName<'static> {
    PieceName {
        file: STATE,
        number: attempt,
        is_last: true,
    }
}

#[async_trait]
impl ExportTarget for SealedExport {
    async fn state(&self) -> Result<Option<String>, TargetError> {
        let kept = kept_state(&*self.files).await.map_err(unkept)?;
        Ok(kept.map(|kept| kept.state))
    }

    async fn keep_state(&self, text: String) -> Result<(), TargetError> {
        let count = |list: List| self.lists[list.place()].pieces.load(Ordering::Relaxed);
        let kept = serde_json::to_vec(&KeptState {
            state: text,
            lists: List::ALL.map(count),
        });
        let kept = kept.map_err(|error| TargetError::Io(error.into()))?;
        let put = self.files.put(state(self.attempt), kept).await;
        put.map_err(unkept)
    }

    async fn keep_lines(&self, segment: u32, text: String) -> Result<(), TargetError> {
        self.take_room(text.len())?;
        let put = self.files.put(lines(segment), text.into_bytes()).await;
        put.map_err(unkept)
    }

    async fn kept_lines(&self, segment: u32) -> Result<String, TargetError> {
        let bytes = self.files.get(lines(segment)).await.map_err(unkept)?;
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.ok_or_else(|| unkept(ExportFilesError::Damaged))
    }

    async fn list(&self, list: List) -> Result<Vec<String>, TargetError> {
        let there = self.files.pieces(list.file()).await.map_err(unkept)?;
        let read = stream::iter(there).map(|piece| async move {
            let bytes = self.files.get(of_list(list, piece.number)).await?;
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            text.ok_or(ExportFilesError::Damaged)
        });
        let mut all = Vec::new();
        let mut read = read.buffered(AT_ONCE);
        while let Some(text) = read.try_next().await.map_err(unkept)? {
            all.extend(text.lines().map(str::to_owned));
        }
        Ok(all)
    }

    async fn add(&self, list: List, text: String) -> Result<(), TargetError> {
        if text.is_empty() {
            return Ok(());
        }
        self.take_room(text.len())?;
        let end = &self.lists[list.place()];
        let own = u64::from(end.added.fetch_add(1, Ordering::Relaxed));
        let number = self.attempt.saturating_mul(OF_ATTEMPT).saturating_add(own);
        let put = self.files.put(of_list(list, number), text.into_bytes());
        put.await.map_err(unkept)?;
        end.pieces.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn begun(&self, key: FileKey) -> Result<u64, TargetError> {
        let begun = file::begun(&*self.files, &key.to_string()).await;
        begun.map_err(unkept)
    }

    async fn add_part(&self, key: FileKey, offset: u64, part: Vec<u8>) -> Result<(), TargetError> {
        self.take_room(part.len())?;
        let mut digests = self.digests.lock().await;
        if offset == 0 {
            digests.insert(key, Digests::default());
        }
        match digests.get_mut(&key) {
            Some(so_far) if so_far.size == offset => so_far.add(&part),
            // What came before was read in another attempt.
            _ => drop(digests.remove(&key)),
        }
        drop(digests);
        let put = file::put_part(&*self.files, &key.to_string(), offset, part).await;
        put.map_err(unkept)
    }

    async fn finish(&self, key: FileKey) -> Result<KeptFile, TargetError> {
        let name = key.to_string();
        let size = file::begun(&*self.files, &name).await.map_err(unkept)?;
        let so_far = self.digests.lock().await.remove(&key);
        let digests = if let Some(digests) = so_far.filter(|so_far| so_far.size == size) {
            digests
        } else {
            let read = file::read_through(&*self.files, &name, size).await;
            read.map_err(unkept)?
        };
        let kept = digests.kept();
        let finished = file::finish(&*self.files, &name, kept).await;
        finished.map_err(unkept)?;
        Ok(kept)
    }

    async fn abandon(&self, key: FileKey) -> Result<(), TargetError> {
        let name = key.to_string();
        let size = file::begun(&*self.files, &name).await.map_err(unkept)?;
        self.digests.lock().await.remove(&key);
        self.files.remove(&name).await.map_err(unkept)?;
        self.give_room(size);
        Ok(())
    }
}

fn of_list(list: List, number: u64) -> PieceName<'static> {
    PieceName {
        file: list.file(),
        number,
        is_last: false,
    }
}

impl fmt::Debug for SealedExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedExport")
            .field("attempt", &self.attempt)
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}
