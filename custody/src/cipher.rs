//! AES-256-GCM over one string of bytes.

use std::fmt;

use aes_gcm::aead::consts::U12;
use aes_gcm::{AeadInOut, Aes256Gcm, Key, KeyInit, Nonce};
use sesame_domain::random::Entropy;
use zeroize::Zeroizing;

use crate::locked::LockedPage;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// A 256-bit key; overwritten when dropped, never printed.
pub(crate) struct SecretKey(Home);

/// Where a key's bytes are. Never in the value itself: moving that would leave
/// copies behind.
enum Home {
    /// For as long as one secret is sealed or opened.
    Heap(Box<Zeroizing<[u8; KEY_BYTES]>>),
    /// For as long as the process runs.
    Page(LockedPage),
}

impl SecretKey {
    /// A fresh key.
    pub(crate) fn generate(entropy: &dyn Entropy) -> Self {
        Self::filled(|bytes| entropy.fill(bytes))
    }

    /// The key whose bytes are written there.
    pub(crate) fn filled(fill: impl FnOnce(&mut [u8; KEY_BYTES])) -> Self {
        let mut bytes = Box::new(Zeroizing::new([0; KEY_BYTES]));
        fill(&mut bytes);
        Self(Home::Heap(bytes))
    }

    /// The key with these bytes, if there are 32.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; KEY_BYTES] = bytes.try_into().ok()?;
        Some(Self::filled(|key| *key = *bytes))
    }

    /// The same key in memory that is locked, where the system allows it: for
    /// keys that stay.
    #[must_use]
    pub(crate) fn kept(self) -> Self {
        let mut page = LockedPage::new();
        page.write(self.as_bytes());
        Self(Home::Page(page))
    }

    /// Whether its memory is locked.
    pub(crate) fn is_locked(&self) -> bool {
        match &self.0 {
            Home::Heap(_) => false,
            Home::Page(page) => page.is_locked(),
        }
    }

    /// The key's bytes.
    pub(crate) fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        match &self.0 {
            Home::Heap(bytes) => bytes,
            Home::Page(page) => page.secret(),
        }
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(<&Key<Aes256Gcm>>::from(self.as_bytes()))
    }
}

/// The copy is for use, not for keeping.
impl Clone for SecretKey {
    fn clone(&self) -> Self {
        Self::filled(|copy| *copy = *self.as_bytes())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// Why bytes do not decrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CipherError {
    /// They start with another format, or are too short to be anything.
    Format,
    /// The tag does not fit: another key, other bindings, or changed bytes.
    Tag,
}

/// Encrypts under a fresh random nonce, with the layout
/// `format (1) | nonce (12) | ciphertext | tag (16)`. 96 random bits are safe
/// here: a data key encrypts once, and how often a wrapping key does is
/// counted ([`sesame_domain::keys::WARN_ENCRYPTIONS`]).
pub(crate) fn encrypt(
    format: u8,
    key: &SecretKey,
    aad: &[u8],
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, CipherError> {
    let mut nonce = [0; NONCE_BYTES];
    entropy.fill(&mut nonce);
    // Holds the plaintext until it is encrypted in place.
    let mut body = Zeroizing::new(Vec::with_capacity(plaintext.len() + TAG_BYTES));
    body.extend_from_slice(plaintext);
    let tag = key
        .cipher()
        .encrypt_inout_detached(&Nonce::<U12>::from(nonce), aad, body.as_mut_slice().into())
        .map_err(|_| CipherError::Format)?;

    let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + body.len() + TAG_BYTES);
    sealed.push(format);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&body);
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Decrypts what [`encrypt`] made with the same format, key and `aad`.
pub(crate) fn decrypt(
    format: u8,
    key: &SecretKey,
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CipherError> {
    let (&first, rest) = sealed.split_first().ok_or(CipherError::Format)?;
    if first != format {
        return Err(CipherError::Format);
    }
    let (nonce, rest) = rest
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(CipherError::Format)?;
    let (body, tag) = rest
        .split_last_chunk::<TAG_BYTES>()
        .ok_or(CipherError::Format)?;
    let mut plaintext = Zeroizing::new(body.to_vec());
    key.cipher()
        .decrypt_inout_detached(
            &Nonce::<U12>::from(*nonce),
            aad,
            plaintext.as_mut_slice().into(),
            &(*tag).into(),
        )
        .map_err(|_| CipherError::Tag)?;
    Ok(plaintext)
}
