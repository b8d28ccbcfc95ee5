//! An authorisation key in memory that is wiped.

use std::fmt;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

/// The length of a permanent authorisation key, in bytes
/// (<https://core.telegram.org/mtproto/auth_key>).
pub(crate) const AUTH_KEY_BYTES: usize = 256;

/// What tells a key from others and says nothing about it.
pub(crate) type Fingerprint = [u8; 32];

/// An authorisation key: wiped when dropped, absent from `Debug`. On the heap,
/// so that moving its owner leaves no copy behind.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct AuthKey(Box<[u8; AUTH_KEY_BYTES]>);

impl AuthKey {
    /// Takes a key over.
    pub(crate) fn new(mut key: [u8; AUTH_KEY_BYTES]) -> Self {
        let kept = Self(Box::new(key));
        key.zeroize();
        kept
    }

    /// The key, for the cipher or for sealing.
    pub(crate) fn expose(&self) -> &[u8; AUTH_KEY_BYTES] {
        &self.0
    }

    /// What tells it from others.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Sha256::digest(self.expose()).into()
    }
}

impl Drop for AuthKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthKey(…)")
    }
}
