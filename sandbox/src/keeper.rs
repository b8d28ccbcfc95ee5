//! Keeps the state on disk, so that it survives a restart.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::bots::{Bots, State};
use crate::world::{World, WorldSnapshot};

/// How long changes are collected before they are written.
const COLLECT: Duration = Duration::from_millis(300);

/// The file that holds everything but the bytes of sent files.
const FILE: &str = "sandbox.json";

/// Everything that survives a restart.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// The first bot.
    pub(crate) bot: State,
    /// Those that were made since. There were none in older files.
    #[serde(default)]
    pub(crate) other_bots: Vec<State>,
    pub(crate) world: WorldSnapshot,
    /// Where the data centres listened: clients remember that.
    pub(crate) dcs: Vec<SocketAddr>,
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
    pub(crate) async fn keep(
        self,
        world: Arc<World>,
        bots: Arc<Bots>,
        dcs: Vec<SocketAddr>,
        stop: CancellationToken,
    ) {
        let mut talk = bots.revisions();
        let mut news = world.subscribe();
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => {}
                _ = talk.changed() => {}
                // News that were missed are news all the same.
                _ = news.recv() => {}
            }
            stop.run_until_cancelled(tokio::time::sleep(COLLECT)).await;
            talk.mark_unchanged();
            news = news.resubscribe();
            let snapshot = Snapshot {
                bot: bots.first().snapshot(),
                other_bots: bots
                    .list()
                    .iter()
                    .skip(1)
                    .map(|bot| bot.snapshot())
                    .collect(),
                world: world.snapshot(),
                dcs: dcs.clone(),
            };
            if let Err(error) = self.save(&snapshot).await {
                tracing::error!(%error, "the sandbox's state could not be written");
            }
        }
    }
}
