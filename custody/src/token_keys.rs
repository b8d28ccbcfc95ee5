//! Message authentication for the tokens that the web hands out.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::cipher::SecretKey;

/// Tells these keys from all others that might ever be derived from the secret.
const SALT: &[u8] = b"sesame token keys 1";

/// HMAC-SHA-256 under a key derived (HKDF-SHA-256, RFC 5869) for one purpose.
#[allow(
    clippy::expect_used,
    reason = "HKDF gives up to 8160 bytes and HMAC takes keys of any length; both are constants here"
)]
pub(crate) fn mac(secret: &SecretKey, purpose: &str, data: &[u8]) -> [u8; 32] {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(SALT), secret.as_bytes())
        .expand(purpose.as_bytes(), key.as_mut())
        .expect("32 bytes are not too many for HKDF");
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).expect("HMAC takes any key");
    mac.update(data);
    mac.finalize().into_bytes().into()
}
