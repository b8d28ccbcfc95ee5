//! Keeps the state on disk, so that it survives a restart.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::bots::{Bots, State};
use crate::posting::{KeptChannel, Schedules};
use crate::world::{World, WorldSnapshot};

/// How long changes are collected before they are written.
const COLLECT: Duration = Duration::from_millis(300);

/// The file that holds everything but the bytes of sent files.
const FILE: &str = "sandbox.json";

/// The folder with the channels that post by themselves, a file for each.
const CHANNELS: &str = "channels";

/// Everything that survives a restart, but the channels.
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

    /// The channels that were kept before, by id.
    pub(crate) async fn channels(&self) -> io::Result<Vec<KeptChannel>> {
        let mut kept = Vec::new();
        for (_, file) in self.channel_files().await? {
            let bytes = tokio::fs::read(file).await?;
            kept.push(serde_json::from_slice(&bytes)?);
        }
        Ok(kept)
    }

    /// The files of channels, by id.
    async fn channel_files(&self) -> io::Result<Vec<(i64, PathBuf)>> {
        let mut found = Vec::new();
        let mut entries = match tokio::fs::read_dir(self.folder.join(CHANNELS)).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(error),
        };
        while let Some(entry) = entries.next_entry().await? {
            let path = entry.path();
            // Not one that was not written to its end.
            let name = path.file_name().and_then(|name| name.to_str());
            let id = name.and_then(|name| name.strip_suffix(".json")?.parse().ok());
            found.extend(id.map(|id| (id, path.clone())));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Writes the channels that changed since they were written last, and removes the
    /// files of those that have no schedule any more.
    async fn save_channels(
        &self,
        world: &World,
        schedules: &Schedules,
        written: &mut HashMap<i64, Mark>,
    ) -> io::Result<()> {
        let all = schedules.list();
        if !all.is_empty() {
            tokio::fs::create_dir_all(self.folder.join(CHANNELS)).await?;
        }
        for (channel, scheduled) in &all {
            let Some(chat) = world.chats().get(*channel) else {
                continue;
            };
            let schedule = &scheduled.schedule;
            let mark = Mark {
                pts: chat.pts(),
                schedule: (schedule.taken, schedule.on, schedule.every()),
                list: scheduled.list,
                members: chat.member_count(),
            };
            if written.get(channel) == Some(&mark) {
                continue;
            }
            if let Some(kept) = KeptChannel::of(world, schedules, *channel) {
                let bytes = serde_json::to_vec(&kept)?;
                let file = self.folder.join(CHANNELS).join(format!("{channel}.json"));
                write(&file, bytes).await?;
                written.insert(*channel, mark);
            }
        }
        for (channel, file) in self.channel_files().await? {
            if !all.iter().any(|(id, _)| *id == channel) {
                tokio::fs::remove_file(file).await?;
                written.remove(&channel);
            }
        }
        Ok(())
    }

    /// Writes the state, all or nothing.
    async fn save(&self, snapshot: &Snapshot) -> io::Result<()> {
        write(&self.folder.join(FILE), serde_json::to_vec(snapshot)?).await
    }

    /// Writes the state whenever it has changed, and once more at the end.
    pub(crate) async fn keep(
        self,
        world: Arc<World>,
        bots: Arc<Bots>,
        schedules: Arc<Schedules>,
        dcs: Vec<SocketAddr>,
        stop: CancellationToken,
    ) {
        let mut talk = bots.revisions();
        let mut news = world.subscribe();
        let mut posting = schedules.subscribe();
        posting.mark_changed();
        let mut written = HashMap::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => {}
                _ = talk.changed() => {}
                // News that were missed are news all the same.
                _ = news.recv() => {}
                _ = posting.changed() => {}
            }
            stop.run_until_cancelled(tokio::time::sleep(COLLECT)).await;
            // What changes while it is written is written the next time.
            let last = stop.is_cancelled();
            talk.mark_unchanged();
            posting.mark_unchanged();
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
            let saved = match self.save(&snapshot).await {
                Ok(()) => self.save_channels(&world, &schedules, &mut written).await,
                Err(error) => Err(error),
            };
            if let Err(error) = saved {
                tracing::error!(%error, "the sandbox's state could not be written");
            }
            if last {
                return;
            }
        }
    }
}

/// How a channel was when it was written.
#[derive(Debug, PartialEq, Eq)]
struct Mark {
    pts: i32,
    schedule: (u64, bool, Duration),
    /// Which list it is.
    list: u64,
    members: usize,
}

/// Writes a file, all or nothing.
async fn write(file: &Path, bytes: Vec<u8>) -> io::Result<()> {
    let fresh = file.with_extension("json.new");
    tokio::fs::write(&fresh, bytes).await?;
    tokio::fs::rename(fresh, file).await
}
