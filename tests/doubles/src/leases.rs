//! Leases without time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{Lease, LeaseKey, Leases, StoreError};
use tokio::sync::watch;

/// Leases that lapse when they are told to; clones share them.
#[derive(Clone, Debug, Default)]
pub struct TestLeases(Arc<State>);

#[derive(Debug, Default)]
struct State {
    held: Mutex<Held>,
    in_vain: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Held {
    tokens: HashMap<LeaseKey, String>,
    acquired: u64,
    renewals: u64,
    away: bool,
}

impl TestLeases {
    /// It is no one's any more.
    pub fn lapse(&self, key: &LeaseKey) {
        self.held().tokens.remove(key);
    }

    /// No one is answered any more.
    pub fn go_away(&self) {
        self.held().away = true;
    }

    /// How often one was kept.
    pub fn renewals(&self) -> u64 {
        self.held().renewals
    }

    /// Waits until so many were not answered.
    pub async fn asked_in_vain(&self, times: u64) {
        let mut in_vain = self.0.in_vain.subscribe();
        // It fails only without leases.
        let _ = in_vain.wait_for(|count| *count >= times).await;
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answering(&self) -> Result<MutexGuard<'_, Held>, StoreError> {
        let held = self.held();
        if held.away {
            self.0.in_vain.send_modify(|count| *count += 1);
            return Err(StoreError::Unavailable("the leases are away".into()));
        }
        Ok(held)
    }
}

#[async_trait]
impl Leases for TestLeases {
    async fn acquire(
        &self,
        key: LeaseKey,
        node: &NodeId,
        _ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let mut held = self.answering()?;
        if held.tokens.contains_key(&key) {
            return Ok(None);
        }
        held.acquired += 1;
        let token = format!("{node}:{}", held.acquired);
        held.tokens.insert(key.clone(), token.clone());
        Ok(Some(Lease {
            key,
            node: node.clone(),
            token,
        }))
    }

    async fn renew(&self, lease: &Lease, _ttl: Duration) -> Result<bool, StoreError> {
        let mut held = self.answering()?;
        held.renewals += 1;
        Ok(held.tokens.get(&lease.key) == Some(&lease.token))
    }

    async fn restore(&self, lease: &Lease, _ttl: Duration) -> Result<bool, StoreError> {
        let mut held = self.answering()?;
        let token = held.tokens.entry(lease.key.clone());
        Ok(*token.or_insert_with(|| lease.token.clone()) == lease.token)
    }

    async fn is_held(&self, key: &LeaseKey) -> Result<bool, StoreError> {
        Ok(self.answering()?.tokens.contains_key(key))
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let mut held = self.answering()?;
        if held.tokens.get(&lease.key) == Some(&lease.token) {
            held.tokens.remove(&lease.key);
        }
        Ok(())
    }
}
