//! Leases, those counted that were lost.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{Lease, LeaseKey, Leases, StoreError};

/// Counts leases of this node that were not its own any more when they were to
/// be kept: lapsed, taken by another node, or forgotten by Redis.
pub(super) struct CountedLeases(pub(super) Arc<dyn Leases>);

#[async_trait]
impl Leases for CountedLeases {
    async fn acquire(
        &self,
        key: LeaseKey,
        node: &NodeId,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        self.0.acquire(key, node, ttl).await
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        let renewed = self.0.renew(lease, ttl).await;
        if matches!(renewed, Ok(false)) {
            metrics::counter!("sesame_leases_lost_total", "of" => of(&lease.key)).increment(1);
        }
        renewed
    }

    async fn restore(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        self.0.restore(lease, ttl).await
    }

    async fn is_held(&self, key: &LeaseKey) -> Result<bool, StoreError> {
        self.0.is_held(key).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.0.release(lease).await
    }
}

/// What a lease is about, as a label.
fn of(key: &LeaseKey) -> &'static str {
    match key {
        LeaseKey::Login(_) => "login",
        LeaseKey::Session(_) => "session",
        LeaseKey::Node(_) => "node",
        LeaseKey::Polling(_) => "polling",
    }
}
