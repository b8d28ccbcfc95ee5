//! Wrapping with keys of a file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use async_trait::async_trait;
use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::Binding;
use sesame_domain::time::{Clock, Timestamp};

use super::disk;
use super::document::{FileKey, OldDocument};
use super::error::{KeyFileError, io_error};
use super::held::{Damage, Held, Keys, by_age};
use super::place::Place;
use super::{change, draft};
use crate::cipher::SecretKey;
use crate::envelope;
use crate::provider::{KeyProvider, Made, ProviderError};

/// The keys of a file. Other processes may add to it at any time: what is not
/// known here is looked for there.
#[derive(Clone)]
pub(crate) struct FileProvider(Arc<Held>);

impl FileProvider {
    /// The keys of the file at this path, which is not read yet.
    pub(crate) fn new(path: PathBuf, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self(Arc::new(Held {
            path,
            keys: RwLock::default(),
            damaged: RwLock::default(),
            clock,
            entropy,
        }))
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.0.path
    }

    /// Reads the file, if there is one, and gives what only an old one has.
    pub(crate) async fn load(&self) -> Result<Option<OldDocument>, KeyFileError> {
        self.at_the_disk(Held::load).await
    }

    /// Whether there is a file at all.
    pub(crate) fn exists(&self) -> bool {
        self.0.path.exists()
    }

    /// The keys that were read, made or taken over: their names by age.
    pub(crate) fn by_age(&self) -> Vec<(String, Timestamp)> {
        by_age(&self.0.keys())
    }

    /// The key with this name, if the file has it by now.
    pub(crate) async fn key(&self, id: &str) -> Result<Option<FileKey>, KeyFileError> {
        if let Some(key) = self.known(id) {
            return Ok(Some(key));
        }
        self.at_the_disk(Held::load).await?;
        Ok(self.known(id))
    }

    /// The key of a version, if the file has it by now, and the same as when
    /// the version was registered.
    pub(crate) async fn key_of(
        &self,
        version: &KeyVersion,
    ) -> Result<Option<FileKey>, KeyFileError> {
        match self.key(&version.id).await? {
            Some(key) if !key.fits(version) => Err(KeyFileError::Damaged {
                path: self.0.path.clone(),
                keys: vec![version.id.clone()],
            }),
            key => Ok(key),
        }
    }

    /// A key that was read, made or taken over.
    pub(crate) fn known(&self, id: &str) -> Option<FileKey> {
        self.0.keys().get(id).cloned()
    }

    /// The check value of a key, if it is that of the key as it was made.
    pub(crate) fn proven_check(&self, id: &str) -> Option<String> {
        let key = self.known(id).filter(|key| key.is_proven);
        key.map(|key| key.check.in_register())
    }

    /// Takes note that a key is the one that was made under its name.
    pub(crate) fn prove(&self, id: &str) {
        if let Some(key) = self.0.keys_mut().get_mut(id) {
            key.is_proven = true;
        }
    }

    /// Takes note that a key is not the one that was made under its name: it
    /// is not used.
    pub(crate) fn distrust(&self, id: &str) {
        let Some(key) = self.0.keys_mut().remove(id) else {
            return;
        };
        let damage = Damage::Registered(key.check);
        self.0.damaged_mut().insert(id.to_owned(), damage);
    }

    /// Keys that are there and must not be used.
    pub(crate) fn damaged(&self) -> Vec<String> {
        self.0.damaged()
    }

    /// Whether there are keys of which it is not known whether they are whole.
    pub(crate) fn has_unproven(&self) -> bool {
        self.0.keys().values().any(|key| !key.is_proven)
    }

    /// The names of the keys that stand in the file now, and are whole.
    pub(crate) async fn on_the_disk(&self) -> Result<Keys, KeyFileError> {
        self.at_the_disk(|inner| {
            Ok(disk::read(&Place::find(&inner.path)?)?
                .unwrap_or_default()
                .keys)
        })
        .await
    }

    /// Makes a key and adds it to the file.
    pub(crate) async fn add_fresh(&self) -> Result<String, KeyFileError> {
        self.at_the_disk(|inner| {
            let (id, key) = inner.fresh();
            inner.add(&id, &key)?;
            Ok(id)
        })
        .await
    }

    /// The newest key of the file; if there is none, it is made. Any number of
    /// processes may do this at once: they all end with the same key.
    pub(crate) async fn newest_or_fresh(&self) -> Result<String, KeyFileError> {
        self.at_the_disk(Held::newest_or_fresh).await
    }

    /// Takes over a key that another node made. It can be used even when the
    /// file cannot be written; then it is lost with the process.
    pub(crate) async fn take_over(
        &self,
        id: &str,
        created_at: Timestamp,
        key: SecretKey,
    ) -> Result<(), KeyFileError> {
        let key = FileKey::proven(id, created_at, key);
        self.0.remember(id, key.clone());
        let id = id.to_owned();
        self.at_the_disk(move |inner| inner.add(&id, &key)).await
    }

    /// Writes the file as it is written today.
    pub(crate) async fn change_over(&self) -> Result<(), KeyFileError> {
        self.at_the_disk(|inner| inner.change(|_| Ok(()))).await
    }

    /// Looks whether keys can be added to the file.
    pub(crate) async fn check_changeable(&self) -> Result<(), KeyFileError> {
        self.at_the_disk(|inner| {
            let place = Place::find(&inner.path)?;
            let _lock = disk::lock(&place)?;
            change::look(&place.target, inner.entropy())
        })
        .await
    }

    /// Drafts with keys that killed processes left behind.
    pub(crate) async fn drafts(&self) -> Result<Vec<PathBuf>, KeyFileError> {
        self.at_the_disk(|inner| {
            let place = Place::find(&inner.path)?;
            let mut found = Vec::new();
            for path in place.all() {
                let drafts = draft::left_behind(path);
                found.extend(drafts.map_err(|error| io_error("list", path, error))?);
            }
            Ok(found)
        })
        .await
    }

    /// Removes such drafts.
    pub(crate) async fn sweep(&self) -> Result<(), KeyFileError> {
        self.at_the_disk(|inner| {
            let place = Place::find(&inner.path)?;
            let _lock = disk::lock(&place)?;
            place.all().for_each(draft::sweep);
            Ok(())
        })
        .await
    }

    /// Whether all keys are in locked memory.
    pub(crate) fn is_locked(&self) -> bool {
        self.0.keys().values().all(|it| it.key.is_locked())
    }

    pub(super) async fn at_the_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Held) -> Result<T, KeyFileError> + Send + 'static,
    ) -> Result<T, KeyFileError> {
        let inner = Arc::clone(&self.0);
        let path = inner.path.clone();
        tokio::task::spawn_blocking(move || work(&inner))
            .await
            .map_err(|error| io_error("use", &path, std::io::Error::other(error)))?
    }

    async fn needed(&self, version: &KeyVersion) -> Result<Arc<SecretKey>, ProviderError> {
        let key = self.key_of(version).await?;
        let key = key.ok_or_else(|| ProviderError::Missing(version.id.clone()))?;
        Ok(key.key)
    }
}

#[async_trait]
impl KeyProvider for FileProvider {
    fn provider(&self) -> Provider {
        Provider::File
    }

    async fn make(&self) -> Result<Made, ProviderError> {
        let id = self.add_fresh().await?;
        let reference = self.known(&id).map(|key| key.check.in_register());
        Ok(Made { id, reference })
    }

    async fn generate(
        &self,
        version: &KeyVersion,
        binding: &Binding,
    ) -> Result<(SecretKey, Vec<u8>), ProviderError> {
        let data_key = SecretKey::generate(self.0.entropy.as_ref());
        let wrapped = self.wrap(version, binding, &data_key).await?;
        Ok((data_key, wrapped))
    }

    async fn wrap(
        &self,
        version: &KeyVersion,
        binding: &Binding,
        data_key: &SecretKey,
    ) -> Result<Vec<u8>, ProviderError> {
        let key = self.needed(version).await?;
        envelope::wrap(version, &key, binding, data_key, self.0.entropy.as_ref())
    }

    async fn unwrap(
        &self,
        version: &KeyVersion,
        binding: &Binding,
        wrapped: &[u8],
    ) -> Result<SecretKey, ProviderError> {
        let key = self.needed(version).await?;
        envelope::unwrap(version, &key, binding, wrapped)
    }
}

impl From<KeyFileError> for ProviderError {
    fn from(error: KeyFileError) -> Self {
        Self::KeyFile(error)
    }
}

impl fmt::Debug for FileProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileProvider")
            .field("path", &self.0.path)
            .field("keys", &self.by_age())
            .finish_non_exhaustive()
    }
}
