//! What KMS binds a data key to.

use std::collections::HashMap;

use sesame_domain::sealed::Binding;
use sha2::{Digest, Sha256};

/// The format of data keys that KMS wraps: this byte, then KMS's ciphertext.
pub(super) const FORMAT: u8 = 3;

/// The encryption context: KMS opens a data key only when told the same again.
pub(super) struct Context([(&'static str, String); 6]);

impl Context {
    /// The context of a data key that is wrapped by this version.
    pub(super) fn new(key_id: &str, binding: &Binding) -> Self {
        Self([
            ("format", FORMAT.to_string()),
            ("key", key_id.to_owned()),
            ("owner", binding.owner.person.0.to_string()),
            ("purpose", binding.purpose.as_str().to_owned()),
            ("subject", binding.subject.to_string()),
            ("tenant", binding.owner.tenant.as_str().to_owned()),
        ])
    }

    /// What no other context and wrapped key have in common with this one.
    pub(super) fn digest(&self, wrapped: &[u8]) -> [u8; 32] {
        let mut digest = Sha256::new();
        let values = self.0.iter().map(|(_, value)| value.as_bytes());
        for part in values.chain([wrapped]) {
            // The length in front keeps neighbours apart.
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        digest.finalize().into()
    }

    /// As the SDK takes it.
    pub(super) fn into_map(self) -> HashMap<String, String> {
        let pairs = self.0.into_iter();
        pairs
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}
