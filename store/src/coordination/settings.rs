//! How to coordinate.

use std::time::Duration;

use secrecy::SecretString;
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::ids::TenantId;

use super::refusal::RedisRefused;

/// In front of every key and channel of Sesame's.
const PREFIX: &str = "sesame:";

/// How to coordinate.
#[derive(Clone, Debug)]
pub struct CoordinationSettings {
    /// `redis://` or `rediss://`; `None`: in memory, for one node.
    pub url: Option<SecretString>,
    /// In front of every key and channel, so that others can use the same Redis:
    /// other programs, and other instances of this one.
    pub prefix: String,
    /// Whose work this node does: it hears no news of others' notices and
    /// sessions. `None`: it hears those of whoever has none either.
    pub tenant: Option<TenantId>,
    /// The most connections that are open at once, besides the one that listens.
    pub max_connections: usize,
    /// How long one call may take, the wait for a connection included.
    pub timeout: Duration,
    /// No lease lasts longer; those that would are refused. For so long after
    /// Redis lost what it knew, no lease is granted that someone may have.
    pub longest_lease: Duration,
}

impl CoordinationSettings {
    /// In memory, for one node.
    pub fn memory() -> Self {
        Self::over(None)
    }

    /// Over Redis, with the usual limits.
    pub fn redis(url: SecretString) -> Self {
        Self::over(Some(url))
    }

    /// With keys and channels of this instance's own: others, which have names
    /// of their own, can use the same Redis.
    #[must_use]
    pub fn of_instance(mut self, name: &str) -> Self {
        self.prefix = format!("{PREFIX}{name}:");
        self
    }

    /// For a node of this tenant, beside those of others.
    #[must_use]
    pub fn of_tenant(mut self, tenant: &TenantId) -> Self {
        self.tenant = Some(tenant.clone());
        self
    }

    /// What the Redis user has rights to: everything of Sesame's, of whichever
    /// instance, as docs/OPERATIONS.md gives it.
    pub(super) fn granted(&self) -> &str {
        if self.prefix.starts_with(PREFIX) {
            PREFIX
        } else {
            &self.prefix
        }
    }

    fn over(url: Option<SecretString>) -> Self {
        Self {
            url,
            prefix: PREFIX.to_owned(),
            tenant: None,
            max_connections: 10,
            timeout: Duration::from_secs(2),
            longest_lease: Heartbeat::TTL,
        }
    }
}

/// Why there is no coordination.
#[derive(Debug, thiserror::Error)]
pub enum CoordinationError {
    /// The URL is of another kind, or malformed.
    #[error("REDIS_URL must be redis://HOST or rediss://HOST")]
    Url,
    /// Redis cannot be worked with.
    #[error(transparent)]
    Refused(#[from] RedisRefused),
}
