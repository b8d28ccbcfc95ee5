//! How much is in the folders that grow: the log's, the backups'.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::job::JobKind;
use sesame_domain::ports::{Growing, Sizes, StoreError};
use sesame_domain::time::Timestamp;

use crate::config::Settings;

/// More files of a folder are not looked at.
const LOOKED_AT: u64 = 20_000;

/// A folder that grows.
struct Folder {
    name: &'static str,
    path: PathBuf,
    cleaned_by: Option<JobKind>,
}

/// The folders that these settings name.
pub(super) struct FolderSizes(Arc<[Folder]>);

impl FolderSizes {
    /// Those of this node.
    pub(super) fn of(settings: &Settings) -> Self {
        let logs = settings.logs.log_dir.clone().map(|path| Folder {
            name: "the log’s folder",
            path,
            cleaned_by: None,
        });
        let backups = settings.backup.backup_to.as_deref();
        let backups = backups.and_then(folder_of).map(|path| Folder {
            name: "the backups’ folder",
            path,
            cleaned_by: Some(JobKind::PRUNE_BACKUPS),
        });
        Self(logs.into_iter().chain(backups).collect())
    }
}

/// The folder at an address; `None`: it is elsewhere.
fn folder_of(address: &str) -> Option<PathBuf> {
    match url::Url::parse(address) {
        Ok(url) if url.scheme() == "file" => url.to_file_path().ok(),
        Ok(_) => None,
        Err(_) => Some(address.into()),
    }
}

#[async_trait]
impl Sizes for FolderSizes {
    async fn sizes(&self) -> Result<Vec<Growing>, StoreError> {
        let folders = Arc::clone(&self.0);
        let look = move || folders.iter().map(look_at).collect();
        let looked = tokio::task::spawn_blocking(look).await;
        looked.map_err(|error| StoreError::Unavailable(error.into()))
    }
}

/// One that cannot be looked at has no size: the doctor says why.
fn look_at(folder: &Folder) -> Growing {
    let mut found = Found::default();
    let is_there = found.look_into(&folder.path).is_some();
    Growing {
        name: folder.name.to_owned(),
        bytes: is_there.then_some(found.bytes),
        rows: is_there.then_some(found.files),
        oldest: found.oldest,
        cleaned_by: folder.cleaned_by.clone(),
    }
}

#[derive(Default)]
struct Found {
    files: u64,
    bytes: u64,
    oldest: Option<Timestamp>,
}

impl Found {
    fn look_into(&mut self, folder: &Path) -> Option<()> {
        for entry in fs::read_dir(folder).ok()?.flatten() {
            // Of a link, what it leads to is not in the folder.
            let Ok(about) = entry.metadata() else {
                continue;
            };
            if self.files >= LOOKED_AT {
                break;
            }
            if about.is_dir() {
                self.look_into(&entry.path());
            } else {
                self.files += 1;
                self.bytes += about.len();
                let written = about.modified().ok().map(Timestamp::from);
                self.oldest = self.oldest.into_iter().chain(written).min();
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(path: PathBuf) -> Folder {
        Folder {
            name: "a folder",
            path,
            cleaned_by: None,
        }
    }

    #[test]
    fn what_is_in_a_folder_and_below_it_is_told() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("packs")).unwrap();
        fs::write(place.path().join("one"), [0; 10]).unwrap();
        fs::write(place.path().join("packs/two"), [0; 32]).unwrap();
        let found = look_at(&folder(place.path().to_owned()));
        assert_eq!((found.bytes, found.rows), (Some(42), Some(2)));
        assert!(found.oldest.is_some());
        let nowhere = look_at(&folder(place.path().join("nowhere")));
        assert_eq!((nowhere.bytes, nowhere.oldest), (None, None));
    }

    #[test]
    fn a_bucket_is_no_folder() {
        assert_eq!(folder_of("s3://bucket/prefix"), None);
        let path = Some(PathBuf::from("/srv/backups"));
        assert_eq!(folder_of("/srv/backups"), path);
        assert_eq!(folder_of("file:///srv/backups"), path);
        assert_eq!(folder_of("backups"), Some("backups".into()));
    }
}
