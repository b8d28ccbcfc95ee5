//! The versions of the wrapping key, as the database knows them. The keys
//! themselves are never in it.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// After how many encryptions under one key a warning is due: long before
/// 2^32, where random nonces become thinkable to repeat (NIST SP 800-38D, 8.3).
pub const WARN_ENCRYPTIONS: u64 = 1 << 30;

/// Who holds the wrapping keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Provider {
    /// A file on each node.
    File,
    /// A secret in the environment, from which the keys are derived.
    Secret,
    /// AWS KMS.
    AwsKms,
    /// One that only a newer program knows, by its name. What it holds is out
    /// of reach here; it is no damage.
    Other(String),
}

impl Provider {
    /// Every provider that this program knows.
    pub const ALL: [Self; 3] = [Self::File, Self::Secret, Self::AwsKms];

    /// The name in the database, in seals and settings; never changed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::File => "file",
            Self::Secret => "secret",
            Self::AwsKms => "aws_kms",
            Self::Other(name) => name,
        }
    }

    /// The provider with this name, if this program knows it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

impl From<String> for Provider {
    fn from(name: String) -> Self {
        Self::from_name(&name).unwrap_or(Self::Other(name))
    }
}

impl From<Provider> for String {
    fn from(provider: Provider) -> Self {
        provider.as_str().to_owned()
    }
}

/// What a version is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// New secrets are sealed under it.
    Active,
    /// It opens what it sealed.
    Accepted,
    /// It is below the minimum: it opens nothing, until it is reinstated.
    Retired,
}

impl KeyState {
    /// The name in listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Accepted => "accepted",
            Self::Retired => "retired",
        }
    }
}

/// One version of the wrapping key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyVersion {
    /// Counts up from 1, over all providers.
    pub number: i64,
    /// Its name, as sealed values carry it.
    pub id: String,
    /// Who holds it.
    pub provider: Provider,
    /// By what the provider knows it: for AWS KMS the key's ARN, for a key of a
    /// file or a secret a check value, which that key alone gives. Versions from
    /// before the file had check values get theirs when the key was tried.
    pub reference: Option<String>,
    /// What it is good for.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// How often something was encrypted under it; may be a little too high
    /// after a crash, never too low.
    pub encryptions: u64,
    /// The key, sealed under the version before it, for nodes whose key file
    /// does not have it yet (packed, see [`crate::sealed::Sealed::pack`]). It
    /// goes away when the version before is retired.
    pub handover: Option<Vec<u8>>,
}

/// A version that is to be made active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// Its name.
    pub id: String,
    /// Who holds it.
    pub provider: Provider,
    /// See [`KeyVersion::reference`].
    pub reference: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// See [`KeyVersion::handover`].
    pub handover: Option<Vec<u8>>,
}

/// How many sealed values a version still wraps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The version's name.
    pub key_id: String,
    /// Sessions of linked accounts, and of logins that are under way.
    pub sessions: u64,
    /// What lives for minutes: QR tokens, password hints. It is not wrapped
    /// anew but waited for.
    pub passing: u64,
    /// Secrets of the instance itself.
    pub secrets: u64,
    /// Caches of the peers that sessions met.
    pub peers: u64,
    /// Exports that are kept on the server.
    pub exports: u64,
}

impl KeyUse {
    /// How many data keys are to be wrapped anew before the version can retire.
    pub fn wrapped(&self) -> u64 {
        self.sessions + self.secrets + self.peers + self.exports
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_of_a_newer_program_keeps_its_name() {
        for name in ["file", "secret", "aws_kms", "hsm"] {
            let provider = Provider::from(name.to_owned());
            assert_eq!(provider.as_str(), name);
            assert_eq!(String::from(provider), name);
        }
        assert_eq!(Provider::from_name("hsm"), None);
    }
}
