//! Putting packs there that are not there yet.

use std::collections::HashMap;

use chrono::TimeDelta;
use sesame_domain::time::{Age, Timestamp};

use super::digest::Digest;
use super::draft::{Draft, FullPack};
use super::manifest::{Manifest, PackRef};
use super::pack::{PackError, Packs};
use super::target::{BackupTarget, Stored};
use super::{BackupError, PACKS};

/// A pack that no manifest names is used again only while it is younger: an
/// older one may be about to be removed.
const ORPHANS_USED_FOR: TimeDelta = TimeDelta::hours(12);

/// Puts packs there that are not there yet.
pub(super) struct Upload<'a> {
    pub(super) packs: Packs<'a>,
    /// What is there and can be used.
    pub(super) there: HashMap<Digest, Stored>,
    pub(super) uploaded: u64,
    pub(super) bytes: u64,
}

impl<'a> Upload<'a> {
    /// Looks what is there. The packs of the backup before are read: what would
    /// be built on a damaged one could not be restored.
    pub(super) async fn begin(
        packs: Packs<'a>,
        previous: Option<&Manifest>,
        now: Timestamp,
    ) -> Result<Self, BackupError> {
        let mut there = stored(packs.target).await?;
        let named = previous.into_iter().flat_map(|it| &it.packs);
        let named: HashMap<Digest, u64> = named.map(|it| (it.name, it.bytes)).collect();
        there.retain(|name, stored| match named.get(name) {
            // One of another size is damaged: it is put there again.
            Some(bytes) => stored.bytes == *bytes,
            None => Age::of(stored.modified, now)
                .past()
                .is_some_and(|age| age < ORPHANS_USED_FOR),
        });
        let mut upload = Self {
            packs,
            there,
            uploaded: 0,
            bytes: 0,
        };
        for name in named.into_keys() {
            upload.keep_if_sound(name).await?;
        }
        Ok(upload)
    }

    /// Reads a pack that is there, and forgets it if it cannot be used.
    async fn keep_if_sound(&mut self, name: Digest) -> Result<(), BackupError> {
        if !self.there.contains_key(&name) {
            return Ok(());
        }
        match self.packs.read(name).await {
            Ok(_) => {}
            Err(PackError::Damage(damage)) => {
                tracing::warn!(%damage, "a pack is put there anew");
                self.there.remove(&name);
            }
            Err(PackError::Other(error)) => return Err(error),
        }
        Ok(())
    }

    /// Puts a pack there unless it is; returns how large it is there.
    async fn put(&mut self, name: Digest, plaintext: &[u8]) -> Result<u64, BackupError> {
        // Only one that no backup names is met here: those of the backup before
        // were read already, and what is in them is not packed again.
        self.keep_if_sound(name).await?;
        if let Some(stored) = self.there.get(&name) {
            return Ok(stored.bytes);
        }
        let bytes = self.packs.write(name, plaintext).await?;
        self.bytes += bytes;
        Ok(bytes)
    }

    /// Puts an index there. Always anew: one of the same content may be sealed
    /// under a key that was retired since.
    pub(super) async fn put_index(&mut self, plaintext: &[u8]) -> Result<PackRef, BackupError> {
        let name = Digest::of_pack(self.packs.keys, plaintext);
        let bytes = self.packs.write(name, plaintext).await?;
        self.bytes += bytes;
        Ok(PackRef {
            name,
            records: 0,
            bytes,
        })
    }

    /// Puts a pack of a draft there unless it is.
    pub(super) async fn put_pack(
        &mut self,
        draft: &mut Draft<'_>,
        pack: FullPack,
    ) -> Result<(), BackupError> {
        let before = self.bytes;
        let bytes = self.put(pack.name, &pack.plaintext).await?;
        self.uploaded += u64::from(self.bytes > before);
        draft.stored(&pack, bytes);
        Ok(())
    }
}

/// Every pack that is there, by name. What has no such name is not ours.
pub(super) async fn stored(target: &BackupTarget) -> Result<HashMap<Digest, Stored>, BackupError> {
    let files = target.list(PACKS).await?.into_iter();
    let packs = files.filter_map(|file| Some((file.name.parse().ok()?, file)));
    Ok(packs.collect())
}
