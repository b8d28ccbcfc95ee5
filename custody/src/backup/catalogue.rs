//! Which backups there are.

use sesame_domain::ports::TokenKeys;
use sesame_domain::time::Timestamp;

use super::manifest::{BackupId, Manifest, ManifestName, UnverifiedManifest};
use super::target::BackupTarget;
use super::{BackupError, Flaw, MANIFESTS};

/// Which backup is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The newest that can be read.
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

    /// When the oldest backup was begun, going by the names.
    pub(super) fn oldest(&self) -> Option<Timestamp> {
        self.manifests.last().and_then(ManifestName::made_at)
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

/// Reads a manifest without any keys: the start of a restore into an empty
/// database, which has none yet.
pub async fn read_manifest(
    target: &BackupTarget,
    which: Which,
) -> Result<UnverifiedManifest, BackupError> {
    let catalogue = Catalogue::of(target).await?;
    match which {
        Which::This(id) => read(target, catalogue.find(id)?).await,
        Which::Newest => {
            let mut first_error = None;
            for name in &catalogue.manifests {
                match read(target, name).await {
                    Ok(manifest) => return Ok(manifest),
                    Err(error) if error.is_of_this_backup() => {
                        first_error.get_or_insert(error);
                    }
                    Err(error) => return Err(error),
                }
            }
            Err(first_error.unwrap_or(BackupError::NotFound))
        }
    }
}
