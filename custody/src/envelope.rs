//! The two layers of a seal: the secret under its data key, and the data key
//! under a wrapping key that is in this process.
//!
//! The first byte of a wrapped data key says how it is wrapped:
//! 1 as before there were providers (opens, but is no longer made), 2 under a
//! key of a file or a secret, 3 by AWS KMS ([`crate::kms`]).

use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::Binding;
use zeroize::Zeroizing;

use crate::aad::{self, Layer};
use crate::cipher::{self, CipherError, SecretKey};
use crate::provider::ProviderError;

/// The format of the secret under its data key.
const DATA: u8 = 1;
/// A data key wrapped before the provider was part of what it is bound to.
const OLD_KEY: u8 = 1;
/// A data key wrapped under a key in this process.
const LOCAL_KEY: u8 = 2;

/// Encrypts a secret under its data key.
pub(crate) fn encrypt(
    data_key: &SecretKey,
    binding: &Binding,
    secret: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, CipherError> {
    let aad = aad::encode(Layer::Data, DATA, binding);
    cipher::encrypt(DATA, data_key, &aad, secret, entropy)
}

/// Decrypts what [`encrypt`] made.
pub(crate) fn decrypt(
    data_key: &SecretKey,
    binding: &Binding,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CipherError> {
    let aad = aad::encode(Layer::Data, DATA, binding);
    cipher::decrypt(DATA, data_key, &aad, ciphertext)
}

/// Wraps a data key under this version, whose key this is.
pub(crate) fn wrap(
    version: &KeyVersion,
    key: &SecretKey,
    binding: &Binding,
    data_key: &SecretKey,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, ProviderError> {
    let layer = Layer::Key(&version.provider, &version.id);
    let aad = aad::encode(layer, LOCAL_KEY, binding);
    let wrapped = cipher::encrypt(LOCAL_KEY, key, &aad, data_key.as_bytes(), entropy)?;
    Ok(wrapped)
}

/// Unwraps what [`wrap`] made, or the first version of Sesame did.
pub(crate) fn unwrap(
    version: &KeyVersion,
    key: &SecretKey,
    binding: &Binding,
    wrapped: &[u8],
) -> Result<SecretKey, ProviderError> {
    // What the byte claims goes into the AAD: a relabelled one does not open.
    let (format, layer) = match (wrapped.first(), &version.provider) {
        (Some(&OLD_KEY), Provider::File) => (OLD_KEY, Layer::OldKey(&version.id)),
        (Some(&LOCAL_KEY), provider) => (LOCAL_KEY, Layer::Key(provider, &version.id)),
        _ => return Err(ProviderError::Format),
    };
    let aad = aad::encode(layer, format, binding);
    let data_key = cipher::decrypt(format, key, &aad, wrapped)?;
    SecretKey::from_bytes(&data_key).ok_or(ProviderError::Format)
}

impl From<CipherError> for ProviderError {
    fn from(error: CipherError) -> Self {
        match error {
            CipherError::Format => Self::Format,
            CipherError::Tag => Self::Tampered,
        }
    }
}
