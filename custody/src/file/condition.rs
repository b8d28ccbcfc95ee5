//! How the key file is, as the doctor asks.

use std::path::PathBuf;

use sesame_domain::keys::{KeyState, KeyVersion, Provider};

use super::disk;
use super::error::KeyFileError;
use super::place::Place;
use super::provider::FileProvider;

/// How the key file is, as it stands on the disk now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyFileCondition {
    /// Keys that are not what they were.
    pub damaged: Vec<String>,
    /// Keys of versions that open something, and are not in it: this node has
    /// them from the database, as long as it still holds them.
    pub missing: Vec<String>,
    /// Keys of which no one can say whether they are whole: they come from a
    /// file without check values, and nothing is sealed under them.
    pub unproven: Vec<String>,
    /// Drafts with all keys that killed processes left behind.
    pub drafts: Vec<PathBuf>,
}

impl FileProvider {
    /// Looks at the file on the disk.
    pub(crate) async fn condition(
        &self,
        versions: &[KeyVersion],
    ) -> Result<KeyFileCondition, KeyFileError> {
        let in_file = versions.iter().filter(|it| it.provider == Provider::File);
        let in_file: Vec<KeyVersion> = in_file.cloned().collect();
        let drafts = self.drafts().await?;
        self.at_the_disk(move |inner| {
            let document = disk::read(&Place::find(inner.path())?)?.unwrap_or_default();
            let mut condition = KeyFileCondition {
                damaged: document.damaged.clone(),
                drafts,
                ..KeyFileCondition::default()
            };
            for version in in_file {
                let is_open = version.state != KeyState::Retired;
                let id = version.id.clone();
                match document.keys.get(&id) {
                    Some(key) if !key.fits(&version) => condition.damaged.push(id),
                    Some(key) if is_open && !key.is_proven && version.reference.is_none() => {
                        condition.unproven.push(id);
                    }
                    None if is_open && !condition.damaged.contains(&id) => {
                        condition.missing.push(id);
                    }
                    _ => {}
                }
            }
            Ok(condition)
        })
        .await
    }
}
