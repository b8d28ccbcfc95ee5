//! Reading everything of backups: whether they can be used.

use std::collections::HashMap;

use sesame_domain::ports::KeyRegister;

use super::backups::Backups;
use super::catalogue;
use super::digest::Digest;
use super::index::{Entry, Index};
use super::manifest::Manifest;
use super::manifest_name::ManifestName;
use super::pack::{Contents, PackError, Packs};
use super::target::Stored;
use super::upload::stored;
use super::walk::{by_pack, keys_missing};
use super::{BackupError, Damage, Flaw, OnProgress, Progress};

/// Whether a backup can be used, after everything of it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupState {
    /// Its manifest is ours, and its index and all of its packs are what they
    /// should be.
    Whole,
    /// These keys are needed and retired: it can be used once they are
    /// reinstated.
    Locked(Vec<String>),
    /// Something is missing or damaged.
    Damaged(Vec<Damage>),
    /// Its manifest was not made by this instance, or was changed since.
    Forged,
}

impl BackupState {
    /// Whether something is wrong with the backup itself. One under a retired
    /// key is as good as that key: it opens once the key is reinstated.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Damaged(_) | Self::Forged)
    }

    /// As the error of whoever needs it whole.
    pub(super) fn whole(self, file: &str) -> Result<(), BackupError> {
        match self {
            Self::Whole => Ok(()),
            Self::Locked(keys) => Err(BackupError::KeysMissing(keys)),
            Self::Damaged(damages) => Err(BackupError::Damaged(damages)),
            Self::Forged => Err(BackupError::Forged(file.to_owned())),
        }
    }
}

/// A backup that was looked at.
pub(super) struct Inspected {
    pub(super) state: BackupState,
    /// What it says, if it can be believed.
    pub(super) manifest: Option<Manifest>,
    pub(super) index: Option<Index>,
}

impl From<BackupState> for Inspected {
    fn from(state: BackupState) -> Self {
        Self {
            state,
            manifest: None,
            index: None,
        }
    }
}

/// Reads everything of backups, and what they share only once.
pub(super) struct Inspection<'a> {
    packs: Packs<'a>,
    register: &'a dyn KeyRegister,
    there: HashMap<Digest, Stored>,
    read: HashMap<Digest, Result<Contents, Flaw>>,
}

impl<'a> Inspection<'a> {
    /// Of backups at their place.
    pub(super) async fn begin(backups: &'a Backups, packs: Packs<'a>) -> Result<Self, BackupError> {
        Ok(Self {
            there: stored(packs.target).await?,
            register: backups.ports.keys.as_ref(),
            packs,
            read: HashMap::new(),
        })
    }

    /// Reads everything of the backup whose manifest has this name.
    ///
    /// # Errors
    /// When the place, the database or the keys do not answer; what is wrong
    /// with the backup is in its state.
    pub(super) async fn of(
        &mut self,
        name: &ManifestName,
        progress: OnProgress<'_>,
    ) -> Result<Inspected, BackupError> {
        let packs = &self.packs;
        let manifest = match catalogue::verified(packs.target, name, packs.keys).await {
            Ok(manifest) => manifest,
            Err(BackupError::Damaged(damages)) => return Ok(BackupState::Damaged(damages).into()),
            Err(BackupError::Forged(_)) => return Ok(BackupState::Forged.into()),
            Err(error) => return Err(error),
        };
        let mut flaws = Flaws::default();
        let index = match packs.index(&manifest).await {
            Ok(index) => Some(index),
            Err(PackError::Damage(damage)) => {
                flaws.add(damage);
                None
            }
            Err(PackError::Other(error)) => return Err(error),
        };
        if let Some(index) = &index {
            self.records(&manifest, index, &mut flaws, progress).await?;
            self.keys(&manifest, index, &mut flaws).await?;
        } else {
            // It is not known what is in which pack, but whether they are there.
            let damages = manifest.packs.iter();
            let damages = damages.filter_map(|pack| pack.damage(&self.there));
            damages.for_each(|damage| flaws.add(damage));
        }
        Ok(Inspected {
            state: flaws.state(),
            manifest: Some(manifest),
            index,
        })
    }

    /// What else a restore needs of an index.
    async fn keys(
        &self,
        manifest: &Manifest,
        index: &Index,
        flaws: &mut Flaws,
    ) -> Result<(), BackupError> {
        let file = || manifest.index.name.pack_path();
        for (key, is_retired) in keys_missing(self.register, manifest, index).await? {
            let flaw = if is_retired {
                Flaw::KeyRetired(key)
            } else {
                Flaw::KeyMissing(key)
            };
            flaws.add(Damage { file: file(), flaw });
        }
        if let Err(flaw) = index.checkpoints() {
            flaws.add(Damage { file: file(), flaw });
        }
        Ok(())
    }

    async fn records(
        &mut self,
        manifest: &Manifest,
        index: &Index,
        flaws: &mut Flaws,
        progress: OnProgress<'_>,
    ) -> Result<(), BackupError> {
        let mut done = 0;
        for (name, wanted) in by_pack(manifest, index) {
            let flaw = match self.contents(name).await? {
                Ok(contents) => has_all(contents, &wanted).err(),
                Err(flaw) => Some(flaw.clone()),
            };
            if let Some(flaw) = flaw {
                let file = name.pack_path();
                flaws.add(Damage { file, flaw });
            }
            done += wanted.len() as u64;
            progress(Progress {
                done,
                total: Some(manifest.records),
            });
        }
        Ok(())
    }

    async fn contents(&mut self, name: Digest) -> Result<&Result<Contents, Flaw>, BackupError> {
        if !self.read.contains_key(&name) {
            let read = match self.packs.contents(name).await {
                Ok(contents) => Ok(contents),
                Err(PackError::Damage(damage)) => Err(damage.flaw),
                Err(PackError::Other(error)) => return Err(error),
            };
            self.read.insert(name, read);
        }
        Ok(&self.read[&name])
    }
}

fn has_all(contents: &Contents, wanted: &[&Entry]) -> Result<(), Flaw> {
    let is_there =
        |entry: &&Entry| contents.get(&entry.hash) == Some(&(entry.account, entry.session));
    if wanted.iter().all(is_there) {
        Ok(())
    } else {
        Err(Flaw::Malformed)
    }
}

/// What is wrong with a backup.
#[derive(Default)]
struct Flaws {
    damages: Vec<Damage>,
    keys: Vec<String>,
}

impl Flaws {
    fn add(&mut self, damage: Damage) {
        match damage.flaw {
            Flaw::KeyRetired(key) => self.keys.push(key),
            _ => self.damages.push(damage),
        }
    }

    fn state(mut self) -> BackupState {
        self.keys.sort_unstable();
        self.keys.dedup();
        if !self.damages.is_empty() {
            BackupState::Damaged(self.damages)
        } else if !self.keys.is_empty() {
            BackupState::Locked(self.keys)
        } else {
            BackupState::Whole
        }
    }
}
