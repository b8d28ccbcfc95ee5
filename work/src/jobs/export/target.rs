//! Where a job's export is kept, and its checkpoints with it.

use std::io;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::ids::ExportId;
use sesame_domain::job::Cause;
use sesame_domain::ports::Exports;
use sesame_domain::reading::FileKey;
use sesame_domain::time::Timestamp;

use super::stopped::Interrupted;
use crate::export::KeptFile;
use crate::exporter::{ExportTarget, List, SealedExport, TargetError};
use crate::outcome::Stopped;
use crate::run::JobRun;

/// How often the row is told how far the export is.
const TOLD_EVERY: TimeDelta = TimeDelta::seconds(1);

/// Keeps an export, and tells the job that it got on: what was kept is where it goes
/// on, so that the job's own checkpoint only counts attempts anew.
pub(super) struct JobTarget<'a> {
    sealed: SealedExport,
    run: &'a JobRun,
    exports: &'a dyn Exports,
    id: ExportId,
    told: Mutex<Option<Timestamp>>,
}

impl<'a> JobTarget<'a> {
    pub(super) fn new(
        sealed: SealedExport,
        run: &'a JobRun,
        exports: &'a dyn Exports,
        id: ExportId,
    ) -> Self {
        Self {
            sealed,
            run,
            exports,
            id,
            told: Mutex::default(),
        }
    }

    pub(super) fn sealed(&self) -> &SealedExport {
        &self.sealed
    }

    /// Keeps how many bytes it takes.
    pub(super) async fn keep_size(&self) -> Result<(), Stopped> {
        if self.exports.keep_size(self.id, self.sealed.bytes()).await? {
            return Ok(());
        }
        // There may be another one of the dialog by now.
        Err(Stopped::Retry(Cause::failed("the export was removed")))
    }

    /// A step is kept.
    async fn got_on(&self) -> Result<(), TargetError> {
        let now = self.run.now();
        {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.is_some_and(|told| told <= now && now - told < TOLD_EVERY) {
                return Ok(());
            }
            *told = Some(now);
        }
        let kept = async {
            self.keep_size().await?;
            self.run.keep().await
        };
        kept.await
            .map_err(|stopped| TargetError::Io(io::Error::other(Interrupted(stopped))))
    }
}

#[async_trait]
impl ExportTarget for JobTarget<'_> {
    async fn state(&self) -> Result<Option<String>, TargetError> {
        self.sealed.state().await
    }

    async fn keep_state(&self, state: String) -> Result<(), TargetError> {
        self.sealed.keep_state(state).await?;
        self.got_on().await
    }

    async fn keep_lines(&self, segment: u32, lines: String) -> Result<(), TargetError> {
        self.sealed.keep_lines(segment, lines).await
    }

    async fn kept_lines(&self, segment: u32) -> Result<String, TargetError> {
        self.sealed.kept_lines(segment).await
    }

    async fn list(&self, list: List) -> Result<Vec<String>, TargetError> {
        self.sealed.list(list).await
    }

    async fn add(&self, list: List, lines: String) -> Result<(), TargetError> {
        self.sealed.add(list, lines).await
    }

    async fn begun(&self, key: FileKey) -> Result<u64, TargetError> {
        self.sealed.begun(key).await
    }

    async fn add_part(&self, key: FileKey, offset: u64, part: Vec<u8>) -> Result<(), TargetError> {
        self.sealed.add_part(key, offset, part).await?;
        self.got_on().await
    }

    async fn finish(&self, key: FileKey) -> Result<KeptFile, TargetError> {
        self.sealed.finish(key).await
    }

    async fn abandon(&self, key: FileKey) -> Result<(), TargetError> {
        self.sealed.abandon(key).await
    }
}
