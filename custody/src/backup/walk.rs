//! Walking through the records of a backup.

use std::collections::{BTreeMap, HashSet};

use sesame_domain::ids::SessionId;
use sesame_domain::keys::KeyState;
use sesame_domain::ports::{KeyRegister, StoreError, Tombstone};

use super::BackupError;
use super::catalogue::{self, Catalogue, Which};
use super::digest::Digest;
use super::index::{Entry, Index};
use super::manifest::Manifest;
use super::pack::Packs;

/// A backup that was opened: what it has, and what of it must not come back.
pub(super) struct Opened {
    pub(super) manifest: Manifest,
    pub(super) index: Index,
    /// What was erased, as the newest backup knows it.
    pub(super) tombstones: Vec<Tombstone>,
    /// Newer backups that cannot be read.
    pub(super) unreadable: Vec<String>,
}

impl Opened {
    /// Opens a backup, and the newest one for what was erased since.
    pub(super) async fn open(packs: &Packs<'_>, which: Which) -> Result<Self, BackupError> {
        let catalogue = Catalogue::of(packs.target).await?;
        let chosen = match which {
            Which::Newest => None,
            Which::This(id) => Some(read(packs, &catalogue, id).await?),
        };
        let (newest, newest_index, unreadable) = newest(packs, &catalogue).await?;
        let mut erased: BTreeMap<SessionId, Tombstone> = BTreeMap::new();
        erased.extend(newest_index.tombstones().map(|it| (it.session, it)));
        let (manifest, index) = chosen.unwrap_or((newest, newest_index));
        erased.extend(index.tombstones().map(|it| (it.session, it)));
        Ok(Self {
            manifest,
            index,
            tombstones: erased.into_values().collect(),
            unreadable,
        })
    }

    /// How many records it gives back.
    pub(super) fn alive(&self) -> u64 {
        let erased = self.erased();
        let records = self.index.records.iter();
        records.filter(|it| !erased.contains(&it.session)).count() as u64
    }

    /// Makes sure that what was erased is known up to the newest backup, and
    /// that this is the newest if that was asked for.
    pub(super) fn knows_what_was_erased(&self) -> Result<(), BackupError> {
        if self.unreadable.is_empty() {
            return Ok(());
        }
        Err(BackupError::NewerUnreadable {
            unreadable: self.unreadable.clone(),
            readable: self.manifest.id,
        })
    }

    /// Sessions that must not come back.
    pub(super) fn erased(&self) -> HashSet<SessionId> {
        self.tombstones.iter().map(|it| it.session).collect()
    }
}

async fn read(
    packs: &Packs<'_>,
    catalogue: &Catalogue,
    id: super::BackupId,
) -> Result<(Manifest, Index), BackupError> {
    let name = catalogue.find(id)?;
    let manifest = catalogue::verified(packs.target, name, packs.keys).await?;
    let index = packs.index(&manifest).await?;
    Ok((manifest, index))
}

/// The newest backup that can be read, and those that should have been it.
async fn newest(
    packs: &Packs<'_>,
    catalogue: &Catalogue,
) -> Result<(Manifest, Index, Vec<String>), BackupError> {
    let mut unreadable = Vec::new();
    let mut first_error = None;
    for name in &catalogue.manifests {
        match read(packs, catalogue, name.id).await {
            Ok((manifest, index)) => return Ok((manifest, index, unreadable)),
            Err(error) if error.is_of_this_backup() => {
                unreadable.push(name.path());
                first_error.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    Err(first_error.unwrap_or(BackupError::NotFound))
}

/// Keys without which sessions of a backup would never open, and whether they
/// are retired rather than missing.
pub(super) async fn keys_missing(
    register: &dyn KeyRegister,
    manifest: &Manifest,
    index: &Index,
) -> Result<Vec<(String, bool)>, StoreError> {
    let known = register.all().await?;
    let of_the_backup = manifest.key_versions();
    let state = |id: &String| match known.iter().find(|key| key.id == *id) {
        Some(key) => (key.state == KeyState::Retired).then_some(true),
        // It will be registered with the rest.
        None if of_the_backup.iter().any(|key| key.id == *id) => None,
        None => Some(false),
    };
    let wanted = index.sealed_under.keys();
    let missing = wanted.filter_map(|id| Some((id.clone(), state(id)?)));
    Ok(missing.collect())
}

/// The records of a backup, by the packs they are in.
pub(super) fn by_pack<'a>(
    manifest: &'a Manifest,
    index: &'a Index,
) -> impl Iterator<Item = (Digest, Vec<&'a Entry>)> {
    let mut entries: BTreeMap<usize, Vec<&Entry>> = BTreeMap::new();
    for entry in &index.records {
        entries.entry(entry.pack).or_default().push(entry);
    }
    entries
        .into_iter()
        .filter_map(|(pack, wanted)| Some((manifest.packs.get(pack)?.name, wanted)))
}
