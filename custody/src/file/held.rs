//! What this process has of the key file, and how it changes the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use sesame_domain::random::Entropy;
use sesame_domain::time::{Clock, Timestamp};

use super::check_value::CheckValue;
use super::disk;
use super::document::{FileKey, OldDocument};
use super::error::KeyFileError;
use super::place::Place;
use crate::cipher::SecretKey;
use crate::names;

/// Keys by their names.
pub(super) type Keys = BTreeMap<String, FileKey>;

/// How it is known that a key is damaged.
#[derive(Clone, Debug)]
pub(super) enum Damage {
    /// By the check value in the file.
    InFile,
    /// By the register: the key with this check value is another one.
    Registered(CheckValue),
}

/// The keys that were read, made or taken over, and the file they are from.
pub(super) struct Held {
    pub(super) path: PathBuf,
    pub(super) keys: RwLock<Keys>,
    /// Keys that are there and must not be used.
    pub(super) damaged: RwLock<BTreeMap<String, Damage>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
}

impl Held {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    pub(super) fn keys(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keys_mut(&self) -> RwLockWriteGuard<'_, Keys> {
        self.keys.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn damaged(&self) -> Vec<String> {
        let damaged = self.damaged.read();
        let damaged = damaged.unwrap_or_else(PoisonError::into_inner);
        damaged.keys().cloned().collect()
    }

    /// Whether this is a key that must not be used, or was mended meanwhile.
    pub(super) fn is_damaged(&self, id: &str, key: &FileKey) -> bool {
        let damaged = self.damaged.read();
        let damaged = damaged.unwrap_or_else(PoisonError::into_inner);
        match damaged.get(id) {
            None => false,
            Some(Damage::InFile) => !key.is_proven,
            Some(Damage::Registered(check)) => key.check == *check,
        }
    }

    pub(super) fn damaged_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Damage>> {
        let damaged = self.damaged.write();
        damaged.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn remember(&self, id: &str, key: FileKey) {
        self.damaged_mut().remove(id);
        self.keys_mut().entry(id.to_owned()).or_insert(key);
    }

    pub(super) fn load(&self) -> Result<Option<OldDocument>, KeyFileError> {
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

    pub(super) fn fresh(&self) -> (String, FileKey) {
        let created_at = self.clock.now();
        let id = names::version_id('k', created_at, self.entropy.as_ref());
        let key = SecretKey::generate(self.entropy.as_ref());
        let key = FileKey::proven(&id, created_at, key);
        (id, key)
    }

    pub(super) fn newest_or_fresh(&self) -> Result<String, KeyFileError> {
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

    pub(super) fn add(&self, id: &str, key: &FileKey) -> Result<(), KeyFileError> {
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
    pub(super) fn change(
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
