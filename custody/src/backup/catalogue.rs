//! Which backups there are.

use chrono::{Datelike, TimeDelta};
use sesame_domain::ports::TokenKeys;
use sesame_domain::time::{Age, Timestamp, lies_ahead};

use super::manifest::{Manifest, UnverifiedManifest};
use super::manifest_name::ManifestName;
use super::target::BackupTarget;
use super::{BackupError, BackupId, Flaw, MANIFESTS};

/// Which backup is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The newest, whether it can be read or not.
    Newest,
    /// This one.
    This(BackupId),
}

/// What is in the folder of the manifests.
pub(super) struct Catalogue {
    /// Newest first.
    pub(super) manifests: Vec<ManifestName>,
    /// Files that are no manifests, going by their names.
    pub(super) strangers: Vec<String>,
}

impl Catalogue {
    /// Looks what there is.
    pub(super) async fn of(target: &BackupTarget) -> Result<Self, BackupError> {
        let mut manifests = Vec::new();
        let mut strangers = Vec::new();
        for file in target.list(MANIFESTS).await? {
            match ManifestName::of_file(&file.name) {
                Some(name) => manifests.push(name),
                None => strangers.push(format!("{MANIFESTS}/{}", file.name)),
            }
        }
        manifests.sort_unstable_by(|a, b| b.cmp(a));
        Ok(Self {
            manifests,
            strangers,
        })
    }

    /// The name of this backup's manifest.
    pub(super) fn find(&self, id: BackupId) -> Result<&ManifestName, BackupError> {
        let mut all = self.manifests.iter();
        all.find(|name| name.id == id).ok_or(BackupError::NotFound)
    }

    /// The newest, going by the names.
    pub(super) fn newest(&self) -> Option<&ManifestName> {
        self.manifests.first()
    }

    /// The name of the manifest of the backup that is meant.
    pub(super) fn which(&self, which: Which) -> Result<&ManifestName, BackupError> {
        match which {
            Which::Newest => self.newest().ok_or(BackupError::NotFound),
            Which::This(id) => self.find(id),
        }
    }

    /// Since when all of these backups were begun, as far as that is known.
    /// `None`: there are none, or clocks were wrong.
    pub(super) fn begun_since(&self, now: Timestamp) -> Option<Timestamp> {
        let newest_first = self.manifests.iter();
        let mut later = now;
        for begun_at in newest_first.filter_map(ManifestName::begun_at) {
            if lies_ahead(begun_at, later) {
                return None;
            }
            later = later.min(begun_at);
        }
        (!self.manifests.is_empty()).then_some(later)
    }

    /// A moment after every backup by its name: the newest backup is the one
    /// that knows what was erased, whatever the clocks of nodes said, so the
    /// next one must be the last one by its name, too. `now`, mostly.
    pub(super) fn next(&self, now: Timestamp) -> Timestamp {
        let after = self.newest().and_then(ManifestName::made_at);
        let after = after.and_then(|it| it.checked_add_signed(TimeDelta::seconds(1)));
        // What has five digits for its year would not sort by its name.
        let after = after.filter(|it| it.year() <= 9999);
        after.map_or(now, |after| now.max(after))
    }
}

/// Reads the manifest with this name.
pub(super) async fn read(
    target: &BackupTarget,
    name: &ManifestName,
) -> Result<UnverifiedManifest, BackupError> {
    match target.get(&name.path()).await? {
        Some(bytes) => UnverifiedManifest::read(name.clone(), &bytes),
        None => Err(BackupError::damaged(name.path(), Flaw::Missing)),
    }
}

/// Reads and verifies the manifest with this name.
pub(super) async fn verified(
    target: &BackupTarget,
    name: &ManifestName,
    keys: &dyn TokenKeys,
) -> Result<Manifest, BackupError> {
    read(target, name).await?.verify(keys)
}

/// How old backups are, one after another from the newest on: one is at least
/// as old as any newer one, even if the clock that dated it was ahead.
pub(super) struct Ages {
    now: Timestamp,
    begun_by: Option<Timestamp>,
}

impl Ages {
    /// None was looked at yet.
    pub(super) fn at(now: Timestamp) -> Self {
        let begun_by = None;
        Self { now, begun_by }
    }

    /// The age of the next one, going by its name.
    pub(super) fn next(&mut self, name: &ManifestName) -> Age {
        let known = self.begun_by.into_iter().chain(name.begun_at());
        self.begun_by = known.min();
        let begun_by = self.begun_by.unwrap_or(self.now);
        Age::of(begun_by, self.now)
    }
}

/// Every backup, newest first, going by the names of their manifests.
pub async fn backup_ids(target: &BackupTarget) -> Result<Vec<BackupId>, BackupError> {
    let catalogue = Catalogue::of(target).await?;
    Ok(catalogue.manifests.iter().map(|name| name.id).collect())
}

/// Reads a manifest without any keys: the start of a restore into an empty
/// database, which has none yet.
///
/// # Errors
/// When it cannot be read: also of the newest, if that is meant.
pub async fn read_manifest(
    target: &BackupTarget,
    which: Which,
) -> Result<UnverifiedManifest, BackupError> {
    let catalogue = Catalogue::of(target).await?;
    read(target, catalogue.which(which)?).await
}
