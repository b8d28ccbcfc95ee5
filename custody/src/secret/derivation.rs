//! From a secret to the keys of its versions.

use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::cipher::SecretKey;

/// Tells these keys from all others that might ever be derived from the secret.
const SALT: &[u8] = b"sesame wrapping keys 1";

/// The key of a version (HKDF-SHA-256, RFC 5869).
pub(super) fn key(secret: &SecretString, id: &str) -> SecretKey {
    SecretKey::filled(|bytes| expand(secret, &[b"key ", id.as_bytes()], bytes))
}

/// What shows that a secret is the one which made a version, and nothing else
/// about it.
pub(super) fn check(secret: &SecretString, id: &str) -> String {
    let mut bytes = [0; 8];
    expand(secret, &[b"check ", id.as_bytes()], &mut bytes);
    format!("check {:016x}", u64::from_be_bytes(bytes))
}

#[allow(
    clippy::expect_used,
    reason = "HKDF gives up to 8160 bytes; the lengths are constants above"
)]
fn expand(secret: &SecretString, info: &[&[u8]], out: &mut [u8]) {
    Hkdf::<Sha256>::new(Some(SALT), secret.expose_secret().as_bytes())
        .expand_multi_info(info, out)
        .expect("HKDF gives that many bytes");
}
