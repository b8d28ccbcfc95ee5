//! Ports that count what they are asked, or refuse.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sesame_domain::audit::Access;
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{Lease, LeaseKey, Leases, StoreError, Vault, VaultError};
use sesame_domain::sealed::{Binding, Sealed};
use zeroize::Zeroizing;

/// Leases that count what is asked about them.
pub(crate) struct CountedLeases {
    leases: Arc<dyn Leases>,
    logins: AtomicU64,
    sessions: AtomicU64,
    nodes: AtomicU64,
}

impl CountedLeases {
    pub(crate) fn over(leases: Arc<dyn Leases>) -> Self {
        Self {
            leases,
            logins: AtomicU64::new(0),
            sessions: AtomicU64::new(0),
            nodes: AtomicU64::new(0),
        }
    }

    /// How often a lease on a login was asked for.
    pub(crate) fn logins_asked(&self) -> u64 {
        self.logins.load(Ordering::SeqCst)
    }

    /// How often a lease on a session was asked for.
    pub(crate) fn sessions_asked(&self) -> u64 {
        self.sessions.load(Ordering::SeqCst)
    }

    /// How often it was asked whether a node is alive.
    pub(crate) fn nodes_asked(&self) -> u64 {
        self.nodes.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Leases for CountedLeases {
    async fn acquire(
        &self,
        key: LeaseKey,
        node: &NodeId,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        match key {
            LeaseKey::Login(_) => self.logins.fetch_add(1, Ordering::SeqCst),
            LeaseKey::Session(_) => self.sessions.fetch_add(1, Ordering::SeqCst),
            LeaseKey::Node(_) | LeaseKey::Polling(_) => 0,
        };
        self.leases.acquire(key, node, ttl).await
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        self.leases.renew(lease, ttl).await
    }

    async fn restore(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        self.leases.restore(lease, ttl).await
    }

    async fn is_held(&self, key: &LeaseKey) -> Result<bool, StoreError> {
        if matches!(key, LeaseKey::Node(_)) {
            self.nodes.fetch_add(1, Ordering::SeqCst);
        }
        self.leases.is_held(key).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.leases.release(lease).await
    }
}

/// A vault that lacks the key for what others sealed.
pub(crate) struct KeylessVault {
    vault: Arc<dyn Vault>,
    refused: AtomicU64,
}

impl KeylessVault {
    pub(crate) fn over(vault: Arc<dyn Vault>) -> Self {
        Self {
            vault,
            refused: AtomicU64::new(0),
        }
    }

    /// How often something was not opened.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Vault for KeylessVault {
    async fn seal(
        &self,
        binding: &Binding,
        secret: &[u8],
        access: &Access,
    ) -> Result<Sealed, VaultError> {
        self.vault.seal(binding, secret, access).await
    }

    async fn open(
        &self,
        _binding: &Binding,
        sealed: &Sealed,
        _access: &Access,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.refused.fetch_add(1, Ordering::SeqCst);
        Err(VaultError::UnknownKey(sealed.key_id.clone()))
    }
}
