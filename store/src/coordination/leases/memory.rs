//! Leases among the tasks of one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{Lease, LeaseKey, Leases, StoreError};
use sesame_domain::time::{Clock, MonotonicTime};

use super::fresh_token;

/// Leases among the tasks of one process.
pub(in crate::coordination) struct MemoryLeases {
    clock: Arc<dyn Clock>,
    held: Mutex<HashMap<LeaseKey, Held>>,
}

struct Held {
    token: String,
    until: MonotonicTime,
}

impl MemoryLeases {
    /// No leases; when they lapse, the clock says.
    pub(in crate::coordination) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            held: Mutex::default(),
        }
    }

    /// The leases that have not lapsed, and the time: that of a wall clock that
    /// is set would end them, or have them go on.
    fn held(&self) -> (MutexGuard<'_, HashMap<LeaseKey, Held>>, MonotonicTime) {
        let now = self.clock.monotonic();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, held| held.until > now);
        (held, now)
    }
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
        held.insert(
            key.clone(),
            Held {
                token: token.clone(),
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
        mine.until = now + ttl;
        Ok(true)
    }

    async fn restore(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        let (mut held, now) = self.held();
        let there = held.entry(lease.key.clone()).or_insert_with(|| Held {
            token: lease.token.clone(),
            until: now,
        });
        let is_ours = there.token == lease.token;
        if is_ours {
            there.until = now + ttl;
        }
        Ok(is_ours)
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
