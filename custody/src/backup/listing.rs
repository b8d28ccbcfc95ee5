//! Looking at backups: what there is, and whether it can be used.

use sesame_domain::audit::{AccessPurpose, Actor, Checkpoint};
use sesame_domain::time::{Age, Timestamp};

use super::backups::Backups;
use super::catalogue::{Ages, Catalogue, Which};
use super::id::BackupId;
use super::inspection::{BackupState, Inspected, Inspection};
use super::manifest::Manifest;
use super::manifest_name::ManifestName;
use super::vanished::vanished;
use super::walk::Opened;
use super::{BackupError, Damage, Flaw, OnProgress};

/// Why packs are opened.
const REASON: AccessPurpose = AccessPurpose::Verification;

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
    /// When it was begun, by the clock of whoever made it.
    pub made_at: Timestamp,
    /// How long ago that is.
    pub age: Age,
    /// How many records it has.
    pub records: u64,
    /// How large its packs are together; others may share them.
    pub bytes: u64,
    /// By which version of Sesame.
    pub sesame: String,
}

/// The newest backup, and what there is if it cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewestBackup {
    /// The newest.
    pub newest: ListedBackup,
    /// The newest that is whole, if that is another one.
    pub instead: Option<ListedBackup>,
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

/// Checkpoints of the audit that backups hold: evidence that whoever can write
/// to the database cannot change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldCheckpoints {
    /// The newest of each tenant, in the newest backup that can be read.
    pub checkpoints: Vec<Checkpoint>,
    /// Newer backups, whose checkpoints cannot be had.
    pub unreadable: Vec<String>,
}

impl HeldCheckpoints {
    /// Leaves out those that were made before this moment, or at it.
    pub fn forget_until(&mut self, moment: Timestamp) {
        self.checkpoints.retain(|checkpoint| checkpoint.at > moment);
    }
}

impl Backups {
    /// Every backup, newest first; what is no backup comes last. All of them
    /// are read, what they share only once.
    pub async fn list(
        &self,
        actor: &Actor,
        progress: OnProgress<'_>,
    ) -> Result<Vec<ListedBackup>, BackupError> {
        let catalogue = Catalogue::of(&self.target).await?;
        let mut inspection = Inspection::begin(self, self.packs(actor, REASON)).await?;
        let mut ages = Ages::at(self.ports.clock.now());
        let mut listed: Vec<_> = self.vanished(&catalogue).await?.into_iter().collect();
        for name in &catalogue.manifests {
            let inspected = inspection.of(name, progress).await?;
            listed.push(listing(name, inspected, ages.next(name)));
        }
        listed.extend(catalogue.strangers.into_iter().map(stranger));
        Ok(listed)
    }

    /// The newest backup; `None`: there is none. It is read, and if it cannot
    /// be used, those before it are until one can.
    pub async fn newest(&self, actor: &Actor) -> Result<Option<NewestBackup>, BackupError> {
        let catalogue = Catalogue::of(&self.target).await?;
        let mut inspection = Inspection::begin(self, self.packs(actor, REASON)).await?;
        let mut ages = Ages::at(self.ports.clock.now());
        let mut newest = self.vanished(&catalogue).await?;
        for name in &catalogue.manifests {
            let inspected = inspection.of(name, &|_| {}).await?;
            let is_whole = inspected.state == BackupState::Whole;
            let listed = listing(name, inspected, ages.next(name));
            match newest.take() {
                None if is_whole => {
                    let (newest, instead) = (listed, None);
                    return Ok(Some(NewestBackup { newest, instead }));
                }
                None => newest = Some(listed),
                Some(newest) if is_whole => {
                    let instead = Some(listed);
                    return Ok(Some(NewestBackup { newest, instead }));
                }
                broken => newest = broken,
            }
        }
        let instead = None;
        Ok(newest.map(|newest| NewestBackup { newest, instead }))
    }

    async fn vanished(&self, catalogue: &Catalogue) -> Result<Option<ListedBackup>, BackupError> {
        let vanished = vanished(self.ports.audit.as_ref(), catalogue).await?;
        Ok(vanished.map(|it| ListedBackup {
            file: it.damage.file.clone(),
            id: Some(it.id),
            state: BackupState::Damaged(vec![it.damage]),
            details: None,
        }))
    }

    /// The checkpoints of the audit that the newest readable backup holds. None
    /// if there is no backup.
    ///
    /// # Errors
    /// When the place or the keys do not answer.
    pub async fn held_checkpoints(&self, actor: &Actor) -> Result<HeldCheckpoints, BackupError> {
        let catalogue = Catalogue::of(&self.target).await?;
        let packs = self.packs(actor, REASON);
        let vanished = self.vanished(&catalogue).await?;
        let mut unreadable: Vec<String> = vanished.into_iter().map(|it| it.file).collect();
        let opened = Opened::open(&packs, Which::Newest).await;
        let held = opened.and_then(|opened| {
            let index = opened.manifest.index.name.pack_path();
            let checkpoints = opened.index.checkpoints();
            let checkpoints = checkpoints.map_err(|flaw| BackupError::damaged(index, flaw))?;
            Ok((checkpoints, opened.unreadable))
        });
        let checkpoints = match held {
            Ok((checkpoints, newer)) => {
                unreadable.extend(newer);
                checkpoints
            }
            Err(BackupError::NotFound) => Vec::new(),
            Err(error) if error.is_of_this_backup() => {
                unreadable.push(error.to_string());
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        Ok(HeldCheckpoints {
            checkpoints,
            unreadable,
        })
    }

    /// Reads everything of a backup and checks it. No session is opened.
    ///
    /// # Errors
    /// Those that a restore of it would have: [`BackupError::Damaged`] names
    /// every file that cannot be used.
    pub async fn verify(
        &self,
        which: Which,
        actor: &Actor,
        progress: OnProgress<'_>,
    ) -> Result<Verified, BackupError> {
        let catalogue = Catalogue::of(&self.target).await?;
        if which == Which::Newest
            && let Some(vanished) = self.vanished(&catalogue).await?
        {
            vanished.state.whole(&vanished.file)?;
        }
        let name = catalogue.which(which)?;
        let mut inspection = Inspection::begin(self, self.packs(actor, REASON)).await?;
        let inspected = inspection.of(name, progress).await?;
        inspected.state.whole(&name.path())?;
        let (Some(manifest), Some(index)) = (inspected.manifest, inspected.index) else {
            return Err(BackupError::damaged(name.path(), Flaw::Malformed));
        };
        let checkpoints = index.checkpoints().map_err(|flaw| {
            let file = manifest.index.name.pack_path();
            BackupError::damaged(file, flaw)
        })?;
        Ok(Verified {
            id: manifest.id,
            made_at: manifest.begun_at(),
            packs: manifest.packs.len() as u64,
            records: manifest.records,
            bytes: manifest.bytes(),
            checkpoints,
        })
    }
}

fn listing(name: &ManifestName, inspected: Inspected, age: Age) -> ListedBackup {
    let details = |manifest: Manifest| BackupDetails {
        made_at: manifest.begun_at(),
        age,
        records: manifest.records,
        bytes: manifest.bytes(),
        sesame: manifest.sesame,
    };
    ListedBackup {
        file: name.path(),
        id: Some(name.id),
        state: inspected.state,
        details: inspected.manifest.map(details),
    }
}

/// A file that is no manifest, going by its name.
fn stranger(file: String) -> ListedBackup {
    let damage = Damage {
        file: file.clone(),
        flaw: Flaw::Malformed,
    };
    ListedBackup {
        file,
        id: None,
        state: BackupState::Damaged(vec![damage]),
        details: None,
    }
}
