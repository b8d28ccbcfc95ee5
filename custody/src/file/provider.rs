//! Wrapping with keys of a file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::Binding;
use sesame_domain::time::{Clock, Timestamp};

use super::check_value::CheckValue;
use super::disk;
use super::document::{FileKey, OldDocument};
use super::error::KeyFileError;
use super::place::Place;
use super::{draft, obstacle};
use crate::cipher::SecretKey;
use crate::envelope;
use crate::names;
use crate::provider::{KeyProvider, Made, ProviderError};

/// Keys by their names.
pub(super) type Keys = BTreeMap<String, FileKey>;

/// The keys of a file. Other processes may add to it at any time: what is not
/// known here is looked for there.
#[derive(Clone)]
pub(crate) struct FileProvider(Arc<Inner>);

/// How it is known that a key is damaged.
#[derive(Clone, Debug)]
enum Damage {
    /// By the check value in the file.
    InFile,
    /// By the register: the key with this check value is another one.
    Registered(CheckValue),
}

pub(super) struct Inner {
    path: PathBuf,
    keys: RwLock<Keys>,
    /// Keys that are there and must not be used.
    damaged: RwLock<BTreeMap<String, Damage>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl FileProvider {
    /// The keys of the file at this path, which is not read yet.
    pub(crate) fn new(path: PathBuf, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self(Arc::new(Inner {
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
        self.at_the_disk(Inner::load).await
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
        self.at_the_disk(Inner::load).await?;
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
        self.0.keys().values().all(|it| it.key.is_locked())
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
        let key = self.key_of(version).await?;
        let key = key.ok_or_else(|| ProviderError::Missing(version.id.clone()))?;
        Ok(key.key)
    }
}

impl Inner {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    fn keys(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys_mut(&self) -> RwLockWriteGuard<'_, Keys> {
        self.keys.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn damaged(&self) -> Vec<String> {
        let damaged = self.damaged.read();
        let damaged = damaged.unwrap_or_else(PoisonError::into_inner);
        damaged.keys().cloned().collect()
    }

    /// Whether this is a key that must not be used, or was mended meanwhile.
    fn is_damaged(&self, id: &str, key: &FileKey) -> bool {
        let damaged = self.damaged.read();
        let damaged = damaged.unwrap_or_else(PoisonError::into_inner);
        match damaged.get(id) {
            None => false,
            Some(Damage::InFile) => !key.is_proven,
            Some(Damage::Registered(check)) => key.check == *check,
        }
    }

    fn damaged_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Damage>> {
        let damaged = self.damaged.write();
        damaged.unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, id: &str, key: FileKey) {
        self.damaged_mut().remove(id);
        self.keys_mut().entry(id.to_owned()).or_insert(key);
    }

    fn load(&self) -> Result<Option<OldDocument>, KeyFileError> {
        let place = Place::find(&self.path)?;
        let document = disk::read(&place)?.unwrap_or_default();
        for (id, key) in document.keys {
            if !self.is_damaged(&id, &key) {
                self.remember(&id, key);
            }
        }
        for id in document.damaged {
            if !self.keys().contains_key(&id) {
                self.damaged_mut().insert(id, Damage::InFile);
            }
        }
        Ok(document.old)
    }

    fn fresh(&self) -> (String, FileKey) {
        let created_at = self.clock.now();
        let id = names::version_id('k', created_at, self.entropy.as_ref());
        let key = SecretKey::generate(self.entropy.as_ref());
        let key = FileKey::proven(&id, created_at, key);
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
            Ok(())
        })?;
        Ok(newest.unwrap_or_default())
    }

    fn add(&self, id: &str, key: &FileKey) -> Result<(), KeyFileError> {
        self.change(|keys| match keys.insert(id.to_owned(), key.clone()) {
            Some(there) if !there.is(key) => Err(differs(id, &self.path)),
            _ => Ok(()),
        })
    }

    /// The keys of a file, if all of them are whole, and none differs from one
    /// that is used here.
    pub(super) fn whole_keys(&self, place: &Place) -> Result<Keys, KeyFileError> {
        let mut document = disk::read(place)?.unwrap_or_default();
        let damaged = document
            .keys
            .iter()
            .filter(|(id, key)| self.is_damaged(id, key));
        let damaged: Vec<_> = damaged.map(|(id, _)| id.clone()).collect();
        document.damaged.extend(damaged);
        if !document.damaged.is_empty() {
            return Err(KeyFileError::Damaged {
                path: place.named.clone(),
                keys: document.damaged,
            });
        }
        let used = self.keys();
        for (id, key) in &mut document.keys {
            match used.get(id) {
                Some(one) if !one.is(key) => return Err(differs(id, &place.named)),
                Some(one) => key.is_proven |= one.is_proven,
                None => {}
            }
        }
        Ok(document.keys)
    }

    /// Changes the file as it is on disk now, and remembers what it has then.
    fn change(
        &self,
        change: impl FnOnce(&mut Keys) -> Result<(), KeyFileError>,
    ) -> Result<(), KeyFileError> {
        let place = Place::find(&self.path)?;
        let _lock = disk::lock(&place)?;
        let mut keys = self.whole_keys(&place)?;
        change(&mut keys)?;
        disk::write(&place, &keys, self.entropy.as_ref())?;
        for (id, key) in keys {
            self.remember(&id, key);
        }
        Ok(())
    }
}

fn differs(id: &str, path: &Path) -> KeyFileError {
    KeyFileError::Differs {
        key: id.to_owned(),
        path: path.to_owned(),
        other: "that this process uses".to_owned(),
    }
}

/// The names of keys, the oldest first.
pub(super) fn by_age(keys: &Keys) -> Vec<(String, Timestamp)> {
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
