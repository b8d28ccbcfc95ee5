//! A secret that is given out once.

use std::fmt::{self, Write as _};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::random::Entropy;

/// What is kept of such a secret: its SHA-256.
pub type Digest = [u8; 32];

/// A secret that is given out once, and of which only the digest is kept: 32
/// random bytes, in hexadecimal.
#[derive(Clone)]
pub struct OneTimeSecret(SecretString);

impl OneTimeSecret {
    /// A fresh one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut random = Zeroizing::new([0; 32]);
        entropy.fill(&mut *random);
        let mut text = Zeroizing::new(String::with_capacity(64));
        for byte in random.iter() {
            // Writing into a string does not fail.
            let _ = write!(*text, "{byte:02x}");
        }
        Self(SecretString::from(text.as_str()))
    }

    /// One that someone shows; `None`: it cannot be one of ours.
    pub fn shown(text: &str) -> Option<Self> {
        let is_ours = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        is_ours.then(|| Self(SecretString::from(text)))
    }

    /// What is kept of it.
    pub fn digest(&self) -> Digest {
        Sha256::digest(self.0.expose_secret().as_bytes()).into()
    }

    /// The secret, for the one who gets it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for OneTimeSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0xab);
        }
    }

    #[test]
    fn what_is_shown_has_the_digest_of_what_was_given_out() {
        let given = OneTimeSecret::generate(&Fixed);
        assert_eq!(given.expose(), "ab".repeat(32));
        let shown = OneTimeSecret::shown(given.expose()).unwrap();
        assert_eq!(shown.digest(), given.digest());
        assert_eq!(format!("{given:?}"), "OneTimeSecret(…)");
    }

    #[test]
    fn what_cannot_be_ours_is_none() {
        for text in ["", "ab", &"zz".repeat(32), &"ab".repeat(33)] {
            assert!(OneTimeSecret::shown(text).is_none(), "{text}");
        }
    }
}
