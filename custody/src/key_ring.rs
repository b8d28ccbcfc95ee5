//! The keys that wrap data keys, and the secret behind tokens.

use std::collections::BTreeMap;
use std::fmt;

use sesame_domain::random::Entropy;
use sesame_domain::time::Timestamp;

use crate::cipher::SecretKey;

/// One wrapping key.
#[derive(Clone, Debug)]
pub(crate) struct WrappingKey {
    pub(crate) created_at: Timestamp,
    pub(crate) key: SecretKey,
}

/// The keys of a key file: new secrets are sealed under the active one, older
/// ones still open what they sealed.
#[derive(Clone)]
pub struct KeyRing {
    pub(crate) active: String,
    pub(crate) keys: BTreeMap<String, WrappingKey>,
    pub(crate) token_secret: SecretKey,
}

impl KeyRing {
    /// A ring with one fresh key, and a fresh secret for tokens.
    pub fn generate(entropy: &dyn Entropy, now: Timestamp) -> Self {
        let mut suffix = [0; 4];
        entropy.fill(&mut suffix);
        let id = format!(
            "k{}-{:08x}",
            now.format("%Y%m%d"),
            u32::from_be_bytes(suffix)
        );
        let key = WrappingKey {
            created_at: now,
            key: SecretKey::generate(entropy),
        };
        Self {
            active: id.clone(),
            keys: BTreeMap::from([(id, key)]),
            token_secret: SecretKey::generate(entropy),
        }
    }

    /// The name of the key that seals new secrets.
    pub fn active_id(&self) -> &str {
        &self.active
    }

    /// The names of all keys with the moment each was made.
    pub fn ids(&self) -> impl Iterator<Item = (&str, Timestamp)> {
        self.keys
            .iter()
            .map(|(id, key)| (id.as_str(), key.created_at))
    }

    pub(crate) fn key(&self, id: &str) -> Option<&SecretKey> {
        self.keys.get(id).map(|wrapping| &wrapping.key)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("active", &self.active)
            .field("keys", &self.keys.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
