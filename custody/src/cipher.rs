//! AES-256-GCM over one string of bytes.

use std::fmt;

use aes_gcm::aead::consts::U12;
use aes_gcm::{AeadInOut, Aes256Gcm, Key, KeyInit, Nonce};
use sesame_domain::random::Entropy;
use zeroize::Zeroizing;

/// The layout `format (1) | nonce (12) | ciphertext | tag (16)` with AES-256-GCM.
pub(crate) const FORMAT: u8 = 1;

const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// A 256-bit key; overwritten when dropped, never printed.
#[derive(Clone)]
pub(crate) struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    pub(crate) fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut());
        Self(bytes)
    }

    /// The key with these bytes, if there are 32.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return None;
        }
        key.copy_from_slice(bytes);
        Some(Self(key))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(<&Key<Aes256Gcm>>::from(self.as_bytes()))
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
    /// They start with an unknown format, or are too short to be anything.
    Format,
    /// The tag does not fit: another key, other bindings, or changed bytes.
    Tag,
}

/// Encrypts under a fresh random nonce. 96 random bits are safe here: a data
/// key encrypts once, and a wrapping key would have to wrap 2^32 data keys
/// before a repeated nonce becomes thinkable (NIST SP 800-38D, 8.3).
pub(crate) fn encrypt(
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
    sealed.push(FORMAT);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&body);
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Decrypts what [`encrypt`] made with the same key and `aad`.
pub(crate) fn decrypt(
    key: &SecretKey,
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CipherError> {
    let (&format, rest) = sealed.split_first().ok_or(CipherError::Format)?;
    if format != FORMAT {
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
