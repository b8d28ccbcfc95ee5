//! What custody is told, and what it stands on.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;
use sesame_domain::keys::Provider;
use sesame_domain::ports::{InstanceSecrets, KeyRegister};
use sesame_domain::random::Entropy;
use sesame_domain::time::Clock;

use crate::kms::KmsSettings;

/// Where wrapping keys are.
#[derive(Clone, Debug)]
pub struct CustodySettings {
    /// Who makes new versions. The others open what they sealed, as far as
    /// they are set up below.
    pub provider: Provider,
    /// The key file. Without the file provider, and without versions in a
    /// file, it is not touched.
    pub key_file: PathBuf,
    /// The secret that keys are derived from: at least
    /// [`SHORTEST_SECRET`](Self::SHORTEST_SECRET) random characters.
    pub secret: Option<SecretString>,
    /// Secrets that were used before, and still open what they sealed.
    pub former_secrets: Vec<SecretString>,
    /// AWS KMS.
    pub kms: Option<KmsSettings>,
}

impl CustodySettings {
    /// How long a secret must be, in bytes. Keys are derived from it without
    /// making guesses expensive: it must be random, not a password.
    pub const SHORTEST_SECRET: usize = 32;

    /// Keys in a file, and nowhere else.
    pub fn file(key_file: impl Into<PathBuf>) -> Self {
        Self {
            provider: Provider::File,
            key_file: key_file.into(),
            secret: None,
            former_secrets: Vec::new(),
            kms: None,
        }
    }
}

/// What custody stands on.
#[derive(Clone)]
pub struct CustodyPorts {
    /// The versions of the wrapping key.
    pub register: Arc<dyn KeyRegister>,
    /// Sealed secrets of the instance.
    pub secrets: Arc<dyn InstanceSecrets>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}
