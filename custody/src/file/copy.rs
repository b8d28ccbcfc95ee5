//! A copy of the key file, to be kept elsewhere.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::disk;
use super::error::KeyFileError;
use super::held::{Keys, by_age};
use super::place::Place;
use super::provider::FileProvider;

impl FileProvider {
    /// Copies all keys into a file of their own (0600). An older copy that is
    /// there is brought up to date; keys that only it has stay in it. Answers
    /// the names of the keys that it has then, by age.
    pub(crate) async fn copy_to(&self, copy: PathBuf) -> Result<Vec<String>, KeyFileError> {
        self.at_the_disk(move |inner| {
            let ours = Place::find(inner.path())?;
            let theirs = Place::find(&copy)?;
            refuse_itself(&ours.target, &theirs.target)?;
            let source = inner.whole_keys(&ours)?;
            let _lock = disk::lock(&theirs)?;
            let mut keys = inner.whole_keys(&theirs)?;
            refuse_another(&source, &keys, &copy)?;
            for (id, key) in source {
                // The same key: it may be proven here, and not there.
                if let Some(there) = keys.insert(id.clone(), key.clone())
                    && !there.is(&key)
                {
                    return Err(KeyFileError::Differs {
                        key: id,
                        path: ours.named,
                        other: format!("in {}", copy.display()),
                    });
                }
            }
            disk::write(&theirs, &keys, inner.entropy())?;
            Ok(by_age(&keys).into_iter().map(|(id, _)| id).collect())
        })
        .await
    }
}

/// Keys of two databases do not belong into one file.
fn refuse_another(ours: &Keys, theirs: &Keys, copy: &Path) -> Result<(), KeyFileError> {
    if theirs.is_empty() || ours.keys().any(|id| theirs.contains_key(id)) {
        return Ok(());
    }
    Err(KeyFileError::OtherCopy {
        path: copy.to_owned(),
        keys: theirs.keys().cloned().collect(),
    })
}

/// A file is no copy of itself, by whatever name.
fn refuse_itself(path: &Path, copy: &Path) -> Result<(), KeyFileError> {
    let which = |path: &Path| fs::metadata(path).map(|it| (it.dev(), it.ino()));
    match (which(path), which(copy)) {
        (Ok(one), Ok(other)) if one == other => Err(KeyFileError::NoCopy {
            path: copy.to_owned(),
        }),
        _ => Ok(()),
    }
}
