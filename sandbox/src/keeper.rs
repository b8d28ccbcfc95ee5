//! Keeps the state on disk, so that it survives a restart.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::bots::{Bot, State};

/// How long changes are collected before they are written.
const COLLECT: Duration = Duration::from_millis(300);

/// The file that holds everything but the bytes of sent files.
const FILE: &str = "sandbox.json";

/// Everything that survives a restart.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) bot: State,
}

/// The place where the state is kept.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    folder: PathBuf,
}

impl Keeper {
    /// A keeper over a folder, which is made if missing.
    pub(crate) async fn over(folder: &Path) -> io::Result<Self> {
        tokio::fs::create_dir_all(folder).await?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Where sent files are kept.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    /// What was kept before.
    pub(crate) async fn load(&self) -> io::Result<Option<Snapshot>> {
        match tokio::fs::read(self.folder.join(FILE)).await {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the state, all or nothing.
    async fn save(&self, snapshot: &Snapshot) -> io::Result<()> {
        let bytes = serde_json::to_vec(snapshot)?;
        let fresh = self.folder.join("sandbox.json.new");
        tokio::fs::write(&fresh, bytes).await?;
        tokio::fs::rename(fresh, self.folder.join(FILE)).await
    }

    /// Writes the state whenever it has changed, and once more at the end.
    pub(crate) async fn keep(self, bot: Arc<Bot>, stop: CancellationToken) {
        let mut changes = bot.revisions();
        while !stop.is_cancelled() {
            stop.run_until_cancelled(changes.changed()).await;
            stop.run_until_cancelled(tokio::time::sleep(COLLECT)).await;
            changes.mark_unchanged();
            let snapshot = Snapshot {
                bot: bot.snapshot(),
            };
            if let Err(error) = self.save(&snapshot).await {
                tracing::error!(%error, "the sandbox's state could not be written");
            }
        }
    }
}
