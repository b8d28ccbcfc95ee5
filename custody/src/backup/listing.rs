//! Looking at backups: what there is, and whether it is whole.

use chrono::TimeDelta;
use sesame_domain::audit::{Actor, Checkpoint};
use sesame_domain::time::Timestamp;

use super::backups::Backups;
use super::catalogue::{self, Catalogue};
use super::manifest::{BackupId, Manifest};
use super::upload::stored;
use super::walk::by_pack;
use super::{BackupError, Damage, Flaw, OnProgress, Progress, pack};

/// Whether a backup can be used, as far as that can be told without reading
/// its packs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupState {
    /// Its manifest is ours and all of its packs are there.
    Whole,
    /// Something is missing or damaged.
    Damaged(Vec<Damage>),
    /// Its manifest was not made by this instance, or was changed since.
    Forged,
}

/// A backup in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedBackup {
    /// Where its manifest is.
    pub file: String,
    /// Its id; `None`: the file is no manifest, going by its name.
    pub id: Option<BackupId>,
    /// Whether it can be used.
    pub state: BackupState,
    /// What its manifest says; `None`: it cannot be believed.
    pub details: Option<BackupDetails>,
}

/// What a manifest says about its backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupDetails {
    /// When it was begun.
    pub made_at: Timestamp,
    /// How long ago that is.
    pub age: TimeDelta,
    /// How many records it has.
    pub records: u64,
    /// How large its packs are together; others may share them.
    pub bytes: u64,
    /// By which version of Sesame.
    pub sesame: String,
}

/// The newest backup that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewestBackup {
    /// The backup.
    pub id: BackupId,
    /// When it was begun.
    pub made_at: Timestamp,
    /// How long ago that is.
    pub age: TimeDelta,
    /// How many newer ones cannot be used.
    pub unusable: usize,
}

/// A backup of which everything was read and found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The backup.
    pub id: BackupId,
    /// When it was begun.
    pub made_at: Timestamp,
    /// How many packs it has.
    pub packs: u64,
    /// How many records it has.
    pub records: u64,
    /// How large its packs are together.
    pub bytes: u64,
    /// The newest checkpoint of each tenant's audit back then.
    pub checkpoints: Vec<Checkpoint>,
}

impl Backups {
    /// Every backup, newest first; what is no backup comes last.
    pub async fn list(&self) -> Result<Vec<ListedBackup>, BackupError> {
        let there = stored(&self.target).await?;
        let catalogue = Catalogue::of(&self.target).await?;
        let keys = self.ports.token_keys.as_ref();
        let mut listed = Vec::new();
        for name in &catalogue.manifests {
            let (state, details) = match catalogue::verified(&self.target, name, keys).await {
                Ok(manifest) => {
                    let gone = manifest.needs().filter(|it| !there.contains_key(it));
                    let gone: Vec<Damage> = gone.map(missing).collect();
                    let state = if gone.is_empty() {
                        BackupState::Whole
                    } else {
                        BackupState::Damaged(gone)
                    };
                    (state, Some(self.details(&manifest)))
                }
                Err(BackupError::Damaged(damages)) => (BackupState::Damaged(damages), None),
                Err(BackupError::Forged(_)) => (BackupState::Forged, None),
                Err(error) => return Err(error),
            };
            listed.push(ListedBackup {
                file: name.path(),
                id: Some(name.id),
                state,
                details,
            });
        }
        listed.extend(catalogue.strangers.into_iter().map(|file| ListedBackup {
            state: BackupState::Damaged(vec![Damage {
                file: file.clone(),
                flaw: Flaw::Malformed,
            }]),
            file,
            id: None,
            details: None,
        }));
        Ok(listed)
    }

    /// The newest backup of which nothing is missing; `None`: there is none.
    /// Its packs are not read.
    pub async fn newest(&self) -> Result<Option<NewestBackup>, BackupError> {
        let listed = self.list().await?;
        let usable = |it: &ListedBackup| it.state == BackupState::Whole;
        let unusable = listed.iter().take_while(|it| !usable(it)).count();
        let newest = listed.get(unusable).and_then(|it| {
            let details = it.details.as_ref()?;
            Some(NewestBackup {
                id: it.id?,
                made_at: details.made_at,
                age: details.age,
                unusable,
            })
        });
        Ok(newest)
    }

    fn details(&self, manifest: &Manifest) -> BackupDetails {
        BackupDetails {
            made_at: manifest.made_at,
            age: self.ports.clock.now() - manifest.made_at,
            records: manifest.records,
            bytes: manifest.bytes(),
            sesame: manifest.sesame.clone(),
        }
    }

    /// The checkpoints of the audit that the newest readable backup holds:
    /// evidence that whoever can write to the database cannot change. None if
    /// there is no backup.
    ///
    /// # Errors
    /// When the place does not answer, or no backup can be read.
    pub async fn held_checkpoints(&self, actor: &Actor) -> Result<Vec<Checkpoint>, BackupError> {
        let Some(newest) = self.newest().await? else {
            return Ok(Vec::new());
        };
        let catalogue = Catalogue::of(&self.target).await?;
        let packs = self.packs(actor, "verification");
        let name = catalogue.find(newest.id)?;
        let manifest = catalogue::verified(&self.target, name, packs.keys).await?;
        let index = packs.index(&manifest).await?;
        index
            .checkpoints()
            .map_err(|flaw| BackupError::damaged(name.path(), flaw))
    }

    /// Reads everything of a backup and checks it. No session is opened.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] names every file that cannot be used.
    pub async fn verify(
        &self,
        id: BackupId,
        actor: &Actor,
        progress: OnProgress<'_>,
    ) -> Result<Verified, BackupError> {
        let catalogue = Catalogue::of(&self.target).await?;
        let packs = self.packs(actor, "verification");
        let name = catalogue.find(id)?;
        let manifest = catalogue::verified(&self.target, name, packs.keys).await?;
        let index = packs.index(&manifest).await?;
        let mut damaged = Vec::new();
        let mut done = 0;
        for (pack, wanted) in by_pack(&manifest, &index) {
            match packs.records(pack, &wanted).await {
                Ok(_) => {}
                Err(pack::PackError::Damage(damage)) => damaged.push(damage),
                Err(pack::PackError::Other(error)) => return Err(error),
            }
            done += wanted.len() as u64;
            progress(Progress {
                done,
                total: Some(manifest.records),
            });
        }
        if !damaged.is_empty() {
            return Err(BackupError::Damaged(damaged));
        }
        let checkpoints = index.checkpoints().map_err(|flaw| {
            let file = pack::path(manifest.index.name);
            BackupError::damaged(file, flaw)
        })?;
        Ok(Verified {
            id,
            made_at: manifest.made_at,
            packs: manifest.packs.len() as u64,
            records: manifest.records,
            bytes: manifest.bytes(),
            checkpoints,
        })
    }
}

fn missing(name: super::digest::Digest) -> Damage {
    Damage {
        file: pack::path(name),
        flaw: Flaw::Missing,
    }
}
