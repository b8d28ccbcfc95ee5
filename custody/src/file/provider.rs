//! Wrapping with keys of a file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::Binding;
use sesame_domain::time::{Clock, Timestamp};

use super::disk;
use super::document::{FileKey, OldDocument};
use super::error::KeyFileError;
use super::place::Place;
use super::{draft, obstacle};
use crate::cipher::SecretKey;
use crate::envelope;
use crate::names;
use crate::provider::{KeyProvider, Made, ProviderError};

/// The keys of a file. Other processes may add to it at any time: what is not
/// known here is looked for there.
#[derive(Clone)]
pub(crate) struct FileProvider(Arc<Inner>);

pub(super) struct Inner {
    path: PathBuf,
    keys: RwLock<BTreeMap<String, FileKey>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl FileProvider {
    /// The keys of the file at this path, which is not read yet.
    pub(crate) fn new(path: PathBuf, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self(Arc::new(Inner {
            path,
            keys: RwLock::default(),
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
        self.at_the_disk(Inner::load).await
    }

    /// Whether there is a file at all.
    pub(crate) fn exists(&self) -> bool {
        self.0.path.exists()
    }

    /// The keys that were read, made or taken over: their names by age.
    pub(crate) fn by_age(&self) -> Vec<(String, Timestamp)> {
        by_age(&self.0.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The key with this name, if the file has it by now.
    pub(crate) async fn key(&self, id: &str) -> Result<Option<Arc<SecretKey>>, KeyFileError> {
        if let Some(key) = self.0.known(id) {
            return Ok(Some(key));
        }
        self.at_the_disk(Inner::load).await?;
        Ok(self.0.known(id))
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
        self.at_the_disk(Inner::newest_or_fresh).await
    }

    /// Takes over a key that another node made. It can be used even when the
    /// file cannot be written; then it is lost with the process.
    pub(crate) async fn take_over(
        &self,
        id: &str,
        created_at: Timestamp,
        key: SecretKey,
    ) -> Result<(), KeyFileError> {
        let key = FileKey {
            created_at,
            key: Arc::new(key.kept()),
        };
        self.0.remember(id, key.clone());
        let id = id.to_owned();
        self.at_the_disk(move |inner| inner.add(&id, &key)).await
    }

    /// Writes the file as it is written today.
    pub(crate) async fn change_over(&self) -> Result<(), KeyFileError> {
        self.at_the_disk(|inner| inner.change(|_| ())).await
    }

    /// Looks whether keys can be added to the file.
    pub(crate) async fn check_changeable(&self) -> Result<(), KeyFileError> {
        self.at_the_disk(|inner| {
            let place = Place::find(&inner.path)?;
            let _lock = disk::lock(&place)?;
            obstacle::look(&place.target, inner.entropy())
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
                found.extend(drafts.map_err(|error| disk::io_error("list", path, error))?);
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
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.values().all(|it| it.key.is_locked())
    }

    pub(super) async fn at_the_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, KeyFileError> + Send + 'static,
    ) -> Result<T, KeyFileError> {
        let inner = Arc::clone(&self.0);
        let path = inner.path.clone();
        tokio::task::spawn_blocking(move || work(&inner))
            .await
            .map_err(|error| disk::io_error("use", &path, std::io::Error::other(error)))?
    }

    async fn needed(&self, version: &KeyVersion) -> Result<Arc<SecretKey>, ProviderError> {
        let key = self.key(&version.id).await?;
        key.ok_or_else(|| ProviderError::Missing(version.id.clone()))
    }
}

impl Inner {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    fn known(&self, id: &str) -> Option<Arc<SecretKey>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(id).map(|it| Arc::clone(&it.key))
    }

    fn remember(&self, id: &str, key: FileKey) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.entry(id.to_owned()).or_insert(key);
    }

    fn load(&self) -> Result<Option<OldDocument>, KeyFileError> {
        let place = Place::find(&self.path)?;
        let document = disk::read(&place)?.unwrap_or_default();
        for (id, key) in document.keys {
            self.remember(&id, key);
        }
        Ok(document.old)
    }

    fn fresh(&self) -> (String, FileKey) {
        let created_at = self.clock.now();
        let key = FileKey {
            created_at,
            key: Arc::new(SecretKey::generate(self.entropy.as_ref()).kept()),
        };
        let id = names::version_id('k', created_at, self.entropy.as_ref());
        (id, key)
    }

    fn newest_or_fresh(&self) -> Result<String, KeyFileError> {
        let mut newest = None;
        self.change(|keys| {
            let there = keys.iter().max_by_key(|(_, key)| key.created_at);
            let id = there.map(|(id, _)| id.clone());
            newest = Some(id.unwrap_or_else(|| {
                let (id, key) = self.fresh();
                keys.insert(id.clone(), key);
                id
            }));
        })?;
        Ok(newest.unwrap_or_default())
    }

    fn add(&self, id: &str, key: &FileKey) -> Result<(), KeyFileError> {
        self.change(|keys| {
            keys.entry(id.to_owned()).or_insert_with(|| key.clone());
        })
    }

    /// Changes the file as it is on disk now, and remembers what it has then.
    fn change(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, FileKey>),
    ) -> Result<(), KeyFileError> {
        let place = Place::find(&self.path)?;
        let _lock = disk::lock(&place)?;
        let mut keys = disk::read(&place)?.unwrap_or_default().keys;
        change(&mut keys);
        disk::write(&place, &keys, self.entropy.as_ref())?;
        for (id, key) in keys {
            self.remember(&id, key);
        }
        Ok(())
    }
}

/// The names of keys, the oldest first.
pub(super) fn by_age(keys: &BTreeMap<String, FileKey>) -> Vec<(String, Timestamp)> {
    let mut by_age: Vec<_> = keys
        .iter()
        .map(|(id, key)| (id.clone(), key.created_at))
        .collect();
    by_age.sort_by_key(|(_, created_at)| *created_at);
    by_age
}

#[async_trait]
impl KeyProvider for FileProvider {
    fn provider(&self) -> Provider {
        Provider::File
    }

    async fn make(&self) -> Result<Made, ProviderError> {
        let id = self.add_fresh().await?;
        Ok(Made {
            id,
            reference: None,
        })
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
