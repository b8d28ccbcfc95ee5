//! Fetches a file, part by part.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use sesame_domain::account::Account;
use sesame_domain::ports::ReadMedia;
use sesame_domain::reading::{FILE_PART_MAX, FileKey, MediaFile, ReadError, RemoteFile};
use sesame_domain::reason::Reason;
use sesame_domain::session::peer::PeerId;

use super::ledger::Entry;
use super::stopped::ExportStopped;
use super::target::ExportTarget;
use crate::export::LeftOut;

/// How often a file is tried.
const TRIES: u32 = 3;
/// How many parts of a file are on their way at the same time.
const PARTS: usize = 4;
/// How long a try may take, whatever the size,
const PATIENCE: Duration = Duration::from_mins(2);
/// and how many bytes a second more than that are expected.
const SLOWEST: u64 = 32 * 1024;

/// A file in a message.
pub(super) struct Wanted {
    pub(super) dialog: PeerId,
    pub(super) message: i32,
    pub(super) file: MediaFile,
}

/// Fetches files.
pub(super) struct Fetcher<'a> {
    pub(super) media: &'a dyn ReadMedia,
    pub(super) account: &'a Account,
    pub(super) target: &'a dyn ExportTarget,
    /// Is told of each part.
    pub(super) came: &'a (dyn Fn(u64) + Sync),
}

/// Why a try came to nothing.
enum Failed {
    /// Trying again may help.
    Again(String),
    /// It is not to be had.
    Gone,
    /// Neither this file nor another one can be fetched now.
    Stop(ExportStopped),
}

impl Fetcher<'_> {
    /// Fetches a file; what became of it.
    ///
    /// # Errors
    /// When no file can be fetched now. What came of this one stays there, and is
    /// gone on with.
    pub(super) async fn fetch(&self, wanted: Wanted) -> Result<Entry, ExportStopped> {
        let key = wanted.file.location.key();
        let message = wanted.message;
        let patience = PATIENCE + Duration::from_secs(wanted.file.size / SLOWEST);
        for attempt in 1..=TRIES {
            let tried = tokio::time::timeout(patience, self.attempt(key, &wanted)).await;
            let failed = match tried {
                Ok(Ok(entry)) => return Ok(entry),
                Ok(Err(failed)) => failed,
                Err(_) => Failed::Again("it took too long".to_owned()),
            };
            match failed {
                Failed::Again(why) => {
                    tracing::info!(file = %key, message, attempt, error = why, "a file did not come");
                }
                Failed::Gone => {
                    self.target.abandon(key).await?;
                    return Ok(Entry::LeftOut(LeftOut::Gone, Some(message)));
                }
                Failed::Stop(stopped) => return Err(stopped),
            }
        }
        Ok(Entry::LeftOut(LeftOut::Failed, Some(message)))
    }

    async fn attempt(&self, key: FileKey, wanted: &Wanted) -> Result<Entry, Failed> {
        let size = wanted.file.size;
        let begun = self.target.begun(key).await.map_err(stop)?;
        let length = u64::from(FILE_PART_MAX);
        // Parts begin at multiples of their length.
        let whole_parts = begun.is_multiple_of(length) || begun == size;
        if begun > size || !whole_parts {
            self.target.abandon(key).await.map_err(stop)?;
            return Err(Failed::Again("what is there does not fit".to_owned()));
        }
        let remote = Mutex::new(RemoteFile {
            dialog: wanted.dialog,
            message: wanted.message,
            location: wanted.file.location.clone(),
        });
        let offsets = (begun..size).step_by(FILE_PART_MAX as usize);
        // At most so many on their way, and in their order: what is there is always
        // the beginning.
        let mut parts = stream::iter(offsets)
            .map(|offset| self.part(&remote, offset, size))
            .buffered(PARTS);
        while let Some((offset, part)) = parts.try_next().await? {
            let bytes = part.len() as u64;
            self.target
                .add_part(key, offset, part)
                .await
                .map_err(stop)?;
            (self.came)(bytes);
        }
        let kept = self.target.finish(key).await.map_err(stop)?;
        Ok(Entry::Kept(kept))
    }

    async fn part(
        &self,
        remote: &Mutex<RemoteFile>,
        offset: u64,
        size: u64,
    ) -> Result<(u64, Vec<u8>), Failed> {
        let mut file = locked(remote).clone();
        let asked = file.clone();
        let part = self
            .media
            .part(self.account, &mut file, offset, FILE_PART_MAX);
        let part = part.await.map_err(failed)?;
        if file != asked {
            // The reference was renewed: the parts that follow use it.
            *locked(remote) = file;
        }
        let expected = (size - offset).min(u64::from(FILE_PART_MAX));
        if part.bytes.len() as u64 == expected {
            return Ok((offset, part.bytes));
        }
        let got = part.bytes.len();
        Err(Failed::Again(format!(
            "{got} bytes came at {offset}, and not {expected}"
        )))
    }
}

fn locked(remote: &Mutex<RemoteFile>) -> std::sync::MutexGuard<'_, RemoteFile> {
    remote.lock().unwrap_or_else(PoisonError::into_inner)
}

fn stop(error: super::target::TargetError) -> Failed {
    Failed::Stop(error.into())
}

fn failed(error: ReadError) -> Failed {
    match error {
        ReadError::FileReferenceExpired | ReadError::FileUnavailable(_) => Failed::Gone,
        // It may be this file alone that gets no answer. If it is its data centre, the
        // breaker soon says so.
        ReadError::NoAnswer(_)
        | ReadError::Temporary(_)
        | ReadError::FilePart { .. }
        | ReadError::Refused { .. } => Failed::Again(Reason::of(&error).to_string()),
        error => Failed::Stop(error.into()),
    }
}
