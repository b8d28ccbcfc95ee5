//! A copy of the key file, to be kept elsewhere.

use std::path::{Path, PathBuf};

use super::disk::{self, KeyFileError, io_error};
use super::provider::{FileProvider, by_age};

impl FileProvider {
    /// Copies all keys into a file of their own (0600). An older copy that is
    /// there is brought up to date; keys that only it has stay in it. Answers
    /// the names of the keys that it has then, by age.
    pub(crate) async fn copy_to(&self, copy: PathBuf) -> Result<Vec<String>, KeyFileError> {
        self.at_the_disk(move |inner| {
            let ours = disk::read(inner.path())?.unwrap_or_default().keys;
            refuse_itself(inner.path(), &copy)?;
            let _lock = disk::lock(&copy)?;
            let mut keys = disk::read(&copy)?.unwrap_or_default().keys;
            keys.extend(ours);
            disk::write(&copy, &keys, inner.entropy())?;
            Ok(by_age(&keys).into_iter().map(|(id, _)| id).collect())
        })
        .await
    }
}

/// A file is no copy of itself, by whatever name.
fn refuse_itself(path: &Path, copy: &Path) -> Result<(), KeyFileError> {
    if !copy.exists() {
        return Ok(());
    }
    let real = |path: &Path| {
        path.canonicalize()
            .map_err(|error| io_error("examine", path, error))
    };
    if real(path)? == real(copy)? {
        return Err(KeyFileError::NoCopy {
            path: copy.to_owned(),
        });
    }
    Ok(())
}
