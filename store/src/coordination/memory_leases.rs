//! Leases among the tasks of one process.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{Lease, LeaseKey, Leases, StoreError};
use sesame_domain::time::{Clock, Timestamp, is_over};

static ACQUISITIONS: AtomicU64 = AtomicU64::new(0);

/// A token that no other acquisition has: a node's name is its process's own.
pub(super) fn fresh_token(node: &NodeId) -> String {
    format!("{node}:{}", ACQUISITIONS.fetch_add(1, Ordering::Relaxed))
}

/// Leases among the tasks of one process.
pub(super) struct MemoryLeases {
    clock: Arc<dyn Clock>,
    held: Mutex<HashMap<LeaseKey, Held>>,
}

struct Held {
    token: String,
    ttl: TimeDelta,
    until: Timestamp,
}

impl MemoryLeases {
    /// No leases; when they lapse, the clock says.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            held: Mutex::default(),
        }
    }

    /// The leases that have not lapsed, and the time.
    fn held(&self) -> (MutexGuard<'_, HashMap<LeaseKey, Held>>, Timestamp) {
        let now = self.clock.now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        // One that was taken by a clock that was ahead lapses, too: its holder
        // may be gone, and what it writes is fenced.
        held.retain(|_, held| !is_over(held.until, held.ttl, now));
        (held, now)
    }
}

/// As much of a time limit as any lease needs.
fn bounded(ttl: Duration) -> TimeDelta {
    let day = TimeDelta::days(1);
    TimeDelta::from_std(ttl).map_or(day, |ttl| ttl.min(day))
}

#[async_trait]
impl Leases for MemoryLeases {
    async fn acquire(
        &self,
        key: LeaseKey,
        node: &NodeId,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let (mut held, now) = self.held();
        if held.contains_key(&key) {
            return Ok(None);
        }
        let token = fresh_token(node);
        let ttl = bounded(ttl);
        held.insert(
            key.clone(),
            Held {
                token: token.clone(),
                ttl,
                until: now + ttl,
            },
        );
        Ok(Some(Lease {
            key,
            node: node.clone(),
            token,
        }))
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        let (mut held, now) = self.held();
        let mine = held
            .get_mut(&lease.key)
            .filter(|held| held.token == lease.token);
        let Some(mine) = mine else {
            return Ok(false);
        };
        mine.ttl = bounded(ttl);
        mine.until = now + mine.ttl;
        Ok(true)
    }

    async fn is_held(&self, key: &LeaseKey) -> Result<bool, StoreError> {
        let (held, _) = self.held();
        Ok(held.contains_key(key))
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let (mut held, _) = self.held();
        if held
            .get(&lease.key)
            .is_some_and(|held| held.token == lease.token)
        {
            held.remove(&lease.key);
        }
        Ok(())
    }
}
