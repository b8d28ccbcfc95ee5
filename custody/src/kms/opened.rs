//! Opened data keys, remembered for a short while.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::cipher::SecretKey;

/// The longest time to remember a key for.
const LONGEST: Duration = Duration::from_hours(24);

/// Opened data keys by the digest of all that opening them depends on: the
/// version, the binding and the wrapped bytes. Another binding or changed
/// bytes find nothing here and go to KMS.
///
/// What it means: KMS sees fewer calls, and answers come without it for a
/// while. A grant that is revoked, or a key that is disabled, takes effect
/// after the time to live at the latest. A key that is forgotten is
/// overwritten once the cache is next used.
pub(super) struct OpenedKeys(Option<Cache<[u8; 32], Arc<SecretKey>>>);

impl OpenedKeys {
    /// Remembers so many keys for so long; with a zero, none.
    pub(super) fn new(ttl: Duration, entries: u64) -> Self {
        let remembers = !ttl.is_zero() && entries > 0;
        Self(remembers.then(|| {
            Cache::builder()
                .max_capacity(entries)
                .time_to_live(ttl.min(LONGEST))
                .build()
        }))
    }

    /// The key with this digest, if it is remembered.
    pub(super) fn get(&self, digest: &[u8; 32]) -> Option<SecretKey> {
        let cache = self.0.as_ref()?;
        cache.get(digest).map(|key| SecretKey::clone(&key))
    }

    /// Remembers a key.
    pub(super) fn put(&self, digest: [u8; 32], key: &SecretKey) {
        if let Some(cache) = &self.0 {
            cache.insert(digest, Arc::new(key.clone()));
        }
    }

    /// How many keys are remembered, once what is due has been forgotten.
    #[cfg(test)]
    pub(super) fn count(&self) -> u64 {
        self.0.as_ref().map_or(0, |cache| {
            cache.run_pending_tasks();
            cache.entry_count()
        })
    }
}
