//! Removing old backups, and packs that no backup needs any more.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::backups::Backups;
use super::catalogue::{self, Catalogue};
use super::manifest::Manifest;
use super::upload::stored;
use super::{BackupError, pack};

/// Younger packs are left alone: they may belong to a backup that is being
/// made and has no manifest yet.
const PACKS_LEFT_ALONE_FOR: TimeDelta = TimeDelta::days(1);

/// How long backups are kept: one goes when it is not among the newest and old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupRetention {
    /// How many of the newest are kept, however old; at least one.
    pub keep_last: u32,
    /// How long each is kept.
    pub keep_for: TimeDelta,
}

/// What was removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// How many backups.
    pub backups: u64,
    /// How many packs.
    pub packs: u64,
    /// How many bytes of packs.
    pub bytes: u64,
    /// Manifests that cannot be read. While there is one, no pack is removed,
    /// because it may be what that backup (or another instance) needs.
    pub unreadable: Vec<String>,
}

impl Backups {
    /// Removes what retention does not keep. The newest backup that is whole
    /// always stays, and what cannot be read is left for a person to look at.
    pub async fn prune(&self, retention: BackupRetention) -> Result<Pruned, BackupError> {
        let now = self.ports.clock.now();
        self.target.sweep(now - PACKS_LEFT_ALONE_FOR).await?;
        let there = stored(&self.target).await?;
        let catalogue = Catalogue::of(&self.target).await?;
        let mut pruned = Pruned {
            unreadable: catalogue.strangers.clone(),
            ..Pruned::default()
        };
        let keep_last = usize::try_from(retention.keep_last.max(1)).unwrap_or(usize::MAX);
        let mut whole = 0;
        let mut needed = HashSet::new();
        for manifest in self.readable(&catalogue, &mut pruned).await? {
            let keep = whole < keep_last || now - manifest.made_at < retention.keep_for;
            if keep {
                needed.extend(manifest.needs());
                whole += usize::from(manifest.needs().all(|it| there.contains_key(&it)));
            } else {
                self.target.delete(&manifest.name().path()).await?;
                pruned.backups += 1;
            }
        }
        // Without a backup that is whole, whatever there is may be of use.
        if whole == 0 || !pruned.unreadable.is_empty() {
            return Ok(pruned);
        }
        for (name, stored) in there {
            let old = now - stored.modified > PACKS_LEFT_ALONE_FOR;
            if old && !needed.contains(&name) {
                self.target.delete(&pack::path(name)).await?;
                pruned.packs += 1;
                pruned.bytes += stored.bytes;
            }
        }
        Ok(pruned)
    }

    /// Manifests that can be read, newest first.
    async fn readable(
        &self,
        catalogue: &Catalogue,
        pruned: &mut Pruned,
    ) -> Result<Vec<Manifest>, BackupError> {
        let keys = self.ports.token_keys.as_ref();
        let mut manifests = Vec::new();
        for name in &catalogue.manifests {
            match catalogue::verified(&self.target, name, keys).await {
                Ok(manifest) => manifests.push(manifest),
                Err(error) if error.is_of_this_backup() => pruned.unreadable.push(name.path()),
                Err(error) => return Err(error),
            }
        }
        Ok(manifests)
    }
}
