//! How KMS is reached, and how patient to be with it.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

/// Which KMS key wraps data keys, and how to reach it.
#[derive(Clone)]
pub struct KmsSettings {
    /// The key's id, alias (`alias/…`) or ARN. Versions pin the ARN that it
    /// stands for when they are made, so an alias may be moved later.
    pub key: String,
    /// The region, such as `eu-central-1`.
    pub region: String,
    /// Another address than the region's own.
    pub endpoint: Option<Url>,
    /// The name of an access key. Without one, AWS's usual chain applies:
    /// environment, profile, web identity, container, machine.
    pub access_key_id: Option<String>,
    /// The secret of that access key.
    pub secret_access_key: Option<SecretString>,
    /// How long one attempt may take. All attempts together, with the pauses
    /// between them, may take this times [`attempts`](Self::attempts).
    pub call_timeout: Duration,
    /// How often a call is attempted when KMS is slow, busy or out of order;
    /// at least once.
    pub attempts: u32,
    /// How long an opened data key is remembered (at most a day); zero: not at
    /// all. A grant that is revoked in KMS takes effect after this time at the
    /// latest.
    pub cache_ttl: Duration,
    /// How many opened data keys are remembered at once; zero: none.
    pub cache_entries: u64,
}

impl KmsSettings {
    /// The usual values, with credentials from AWS's usual chain.
    pub fn new(key: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            region: region.into(),
            endpoint: None,
            access_key_id: None,
            secret_access_key: None,
            call_timeout: Duration::from_secs(3),
            attempts: 3,
            cache_ttl: Duration::from_secs(60),
            cache_entries: 1000,
        }
    }
}

impl fmt::Debug for KmsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KmsSettings")
            .field("key", &self.key)
            .field("region", &self.region)
            // The rest of an address may hold a password.
            .field("endpoint", &self.endpoint.as_ref().and_then(Url::host_str))
            .field("own_credentials", &self.access_key_id.is_some())
            .field("call_timeout", &self.call_timeout)
            .field("attempts", &self.attempts)
            .field("cache_ttl", &self.cache_ttl)
            .field("cache_entries", &self.cache_entries)
            .finish_non_exhaustive()
    }
}
