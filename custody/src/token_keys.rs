//! Message authentication for the tokens that the web hands out.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sesame_domain::ports::TokenKeys;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::cipher::SecretKey;

/// Tells these keys from all others that might ever be derived from the secret.
const SALT: &[u8] = b"sesame token keys 1";

/// Keys derived from a secret of the instance.
pub(crate) struct TokenSecret(SecretKey);

impl TokenSecret {
    /// Keeps the secret in locked memory.
    pub(crate) fn new(secret: SecretKey) -> Self {
        Self(secret.kept())
    }

    /// Whether it is in locked memory.
    pub(crate) fn is_locked(&self) -> bool {
        self.0.is_locked()
    }
}

impl TokenKeys for TokenSecret {
    /// HMAC-SHA-256 under a key derived (HKDF-SHA-256, RFC 5869) for one purpose.
    #[allow(
        clippy::expect_used,
        reason = "HKDF gives up to 8160 bytes and HMAC takes keys of any length; both are constants here"
    )]
    fn mac(&self, purpose: &'static str, data: &[u8]) -> [u8; 32] {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(SALT), self.0.as_bytes())
            .expand(purpose.as_bytes(), key.as_mut())
            .expect("32 bytes are not too many for HKDF");
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).expect("HMAC takes any key");
        mac.update(data);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(..)")
    }
}
