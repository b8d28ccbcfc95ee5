//! Removing old backups, and packs that no backup needs any more.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use sesame_domain::audit::{AccessPurpose, Actor};
use sesame_domain::time::{Age, Timestamp};

use super::BackupError;
use super::backups::Backups;
use super::catalogue::{self, Ages, Catalogue};
use super::digest::Digest;
use super::inspection::{BackupState, Inspection};
use super::manifest::Manifest;
use super::target::Stored;
use super::upload::stored;

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
    pub async fn prune(
        &self,
        retention: BackupRetention,
        actor: &Actor,
    ) -> Result<Pruned, BackupError> {
        let now = self.ports.clock.now();
        self.target.sweep(now - PACKS_LEFT_ALONE_FOR).await?;
        let there = stored(&self.target).await?;
        let catalogue = Catalogue::of(&self.target).await?;
        let mut pruned = Pruned {
            unreadable: catalogue.strangers.clone(),
            ..Pruned::default()
        };
        let manifests = self.readable(&catalogue, &mut pruned).await?;
        let mut sorted = Sorted::by(retention, manifests, &there);
        if !sorted.old.is_empty() {
            self.spare_the_last_whole(&mut sorted, actor).await?;
        }
        for manifest in &sorted.old {
            self.target.delete(&manifest.name().path()).await?;
            pruned.backups += 1;
        }
        // Without a backup that is whole, whatever there is may be of use.
        if sorted.complete == 0 || !pruned.unreadable.is_empty() {
            return Ok(pruned);
        }
        let needed: HashSet<Digest> = sorted.needed().collect();
        for (name, stored) in there {
            if is_left_over(stored.modified, now) && !needed.contains(&name) {
                self.target.delete(&name.pack_path()).await?;
                pruned.packs += 1;
                pruned.bytes += stored.bytes;
            }
        }
        Ok(pruned)
    }

    /// Keeps the newest backup that is whole, should none of those be that are
    /// kept anyway: that all of its packs are there does not make one whole.
    async fn spare_the_last_whole(
        &self,
        sorted: &mut Sorted,
        actor: &Actor,
    ) -> Result<(), BackupError> {
        let mut inspection =
            Inspection::begin(self, self.packs(actor, AccessPurpose::Pruning)).await?;
        for manifest in &sorted.kept {
            let inspected = inspection.of(&manifest.name(), &|_| {}).await?;
            if inspected.state == BackupState::Whole {
                return Ok(());
            }
        }
        for place in 0..sorted.old.len() {
            let name = sorted.old[place].name();
            let inspected = inspection.of(&name, &|_| {}).await?;
            if inspected.state == BackupState::Whole {
                let spared = sorted.old.remove(place);
                tracing::warn!(backup.id = %spared.id, "kept: no newer backup is whole");
                sorted.kept.push(spared);
                return Ok(());
            }
        }
        // Nothing is whole: whatever there is may be of use.
        sorted.kept.append(&mut sorted.old);
        Ok(())
    }

    /// Manifests that can be read, newest first, and how old their backups are.
    async fn readable(
        &self,
        catalogue: &Catalogue,
        pruned: &mut Pruned,
    ) -> Result<Vec<(Manifest, Age)>, BackupError> {
        let keys = self.ports.token_keys.as_ref();
        let mut ages = Ages::at(self.ports.clock.now());
        let mut manifests = Vec::new();
        for name in &catalogue.manifests {
            match catalogue::verified(&self.target, name, keys).await {
                Ok(manifest) => manifests.push((manifest, ages.next(name))),
                Err(error) if error.is_of_this_backup() => pruned.unreadable.push(name.path()),
                Err(error) => return Err(error),
            }
        }
        Ok(manifests)
    }
}

/// Backups, by whether retention keeps them. Newest first.
#[derive(Default)]
struct Sorted {
    kept: Vec<Manifest>,
    old: Vec<Manifest>,
    /// How many of those kept have all of their packs.
    complete: usize,
}

impl Sorted {
    fn by(
        retention: BackupRetention,
        manifests: Vec<(Manifest, Age)>,
        there: &HashMap<Digest, Stored>,
    ) -> Self {
        let keep_last = usize::try_from(retention.keep_last.max(1)).unwrap_or(usize::MAX);
        let mut sorted = Self::default();
        for (manifest, age) in manifests {
            // One that is dated ahead is as old as it is not known to be: it is
            // kept until a newer one says that it is old.
            let is_young = age.past().is_none_or(|age| age < retention.keep_for);
            if sorted.complete < keep_last || is_young {
                let is_complete = manifest.needs().all(|pack| pack.damage(there).is_none());
                sorted.complete += usize::from(is_complete);
                sorted.kept.push(manifest);
            } else {
                sorted.old.push(manifest);
            }
        }
        sorted
    }

    fn needed(&self) -> impl Iterator<Item = Digest> + '_ {
        let packs = self.kept.iter().flat_map(Manifest::needs);
        packs.map(|pack| pack.name)
    }
}

/// Whether a pack that no backup names may go: it was put there long ago, or by
/// a clock that was ahead by as much.
fn is_left_over(modified: Timestamp, now: Timestamp) -> bool {
    match Age::of(modified, now) {
        Age::Past(span) | Age::Ahead(span) => span > PACKS_LEFT_ALONE_FOR,
    }
}
