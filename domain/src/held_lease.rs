//! A lease that is held: until when it is surely ours, and how it stays so.
//!
//! What stands here is the same for whoever holds a lease. When it is renewed,
//! and what follows from its loss, is the holder's own.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::ids::NodeId;
use crate::ports::{Lease, LeaseKey, Leases, StoreError};
use crate::time::{Clock, MonotonicTime};

/// Until when a lease is surely held, by this machine's own time. Whoever holds
/// it and whoever works under it share it: what was paused for longer than the
/// lease finds out before it does anything, without asking anyone.
#[derive(Clone)]
pub struct Hold {
    clock: Arc<dyn Clock>,
    /// `None`: no lease is needed.
    until: Arc<Mutex<Option<MonotonicTime>>>,
}

impl Hold {
    /// It is held until then.
    pub fn until(clock: &Arc<dyn Clock>, until: MonotonicTime) -> Self {
        Self {
            clock: Arc::clone(clock),
            until: Arc::new(Mutex::new(Some(until))),
        }
    }

    /// For what no other node can have: a session that is not stored yet.
    pub fn unlimited(clock: &Arc<dyn Clock>) -> Self {
        Self {
            clock: Arc::clone(clock),
            until: Arc::default(),
        }
    }

    /// Whether it is surely held now.
    pub fn is_sure(&self) -> bool {
        self.left().is_none_or(|left| !left.is_zero())
    }

    /// For how much longer it is surely held; `None`: for ever.
    pub fn left(&self) -> Option<Duration> {
        let until = *self.lock();
        until.map(|until| until.since(self.clock.monotonic()))
    }

    /// It was renewed, and is held until then.
    pub fn prolong(&self, until: MonotonicTime) {
        *self.lock() = Some(until);
    }

    /// It is lost, or given back.
    pub fn end(&self) {
        *self.lock() = Some(self.clock.monotonic());
    }

    fn lock(&self) -> MutexGuard<'_, Option<MonotonicTime>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hold").field(&*self.lock()).finish()
    }
}

/// What came of renewing a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// It was there, and stays.
    Kept,
    /// It was forgotten before it can have lapsed, and is there again. No one
    /// else had it, but who looked meanwhile may not have seen it.
    Restored,
    /// It is not ours any more.
    Lost,
}

/// A lease that is held.
pub struct HeldLease {
    leases: Arc<dyn Leases>,
    lease: Lease,
    ttl: Duration,
    hold: Hold,
}

impl HeldLease {
    /// Takes a lease, if no one has it, for so long.
    ///
    /// # Errors
    /// When that cannot be told. It may have been taken: then it lapses.
    pub async fn take(
        leases: &Arc<dyn Leases>,
        clock: &Arc<dyn Clock>,
        key: LeaseKey,
        node: &NodeId,
        ttl: Duration,
    ) -> Result<Option<Self>, StoreError> {
        let asked = clock.monotonic();
        let lease = leases.acquire(key, node, ttl).await?;
        Ok(lease.map(|lease| Self {
            leases: Arc::clone(leases),
            lease,
            ttl,
            hold: Hold::until(clock, asked + Lease::sure_for(ttl)),
        }))
    }

    /// What it is about.
    pub fn key(&self) -> &LeaseKey {
        &self.lease.key
    }

    /// For how long it is taken and renewed.
    pub fn ttl(&self) -> Duration {
        self.ttl
    }

    /// Until when it is surely ours, as it is at any time.
    pub fn hold(&self) -> &Hold {
        &self.hold
    }

    /// Whether it is surely ours now.
    pub fn is_sure(&self) -> bool {
        self.hold.is_sure()
    }

    /// Renews it. An answer that took as long as the lease says nothing: whether
    /// it is surely ours is to be looked at afterwards.
    ///
    /// # Errors
    /// When it cannot be told what became of it: it is ours as long as before.
    pub async fn renew(&mut self) -> Result<Renewal, StoreError> {
        self.renew_knowing(false).await
    }

    /// The same for a holder who may know, beyond the time, that no one else can
    /// have been given it.
    ///
    /// # Errors
    /// When it cannot be told what became of it: it is ours as long as before.
    pub async fn renew_knowing(&mut self, is_no_one_elses: bool) -> Result<Renewal, StoreError> {
        let asked = self.hold.clock.monotonic();
        if self.leases.renew(&self.lease, self.ttl).await? {
            self.hold.prolong(asked + Lease::sure_for(self.ttl));
            return Ok(Renewal::Kept);
        }
        // It cannot have lapsed yet: whoever kept it forgot it.
        let is_ours = self.is_sure() || is_no_one_elses;
        let asked = self.hold.clock.monotonic();
        if is_ours && self.leases.restore(&self.lease, self.ttl).await? {
            self.hold.prolong(asked + Lease::sure_for(self.ttl));
            return Ok(Renewal::Restored);
        }
        self.hold.end();
        Ok(Renewal::Lost)
    }

    /// The same lease once more: each renews and ends it for both.
    #[must_use]
    pub fn spare(&self) -> Self {
        Self {
            leases: Arc::clone(&self.leases),
            lease: self.lease.clone(),
            ttl: self.ttl,
            hold: self.hold.clone(),
        }
    }

    /// Gives it back. It is not surely ours from here on.
    ///
    /// # Errors
    /// When that cannot be told: it lapses by itself.
    pub async fn release(self) -> Result<(), StoreError> {
        self.hold.end();
        self.leases.release(&self.lease).await
    }
}

impl fmt::Debug for HeldLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldLease")
            .field("lease", &self.lease)
            .field("hold", &self.hold)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use async_trait::async_trait;
    use chrono::{DateTime, TimeDelta};
    use futures::FutureExt as _;

    use super::*;
    use crate::random::SystemEntropy;
    use crate::time::ManualClock;

    const HOUR: Duration = Duration::from_hours(1);

    /// Leases that go when they are told to.
    #[derive(Default)]
    struct Known {
        tokens: Mutex<HashMap<LeaseKey, String>>,
        is_away: Mutex<bool>,
    }

    impl Known {
        fn tokens(&self) -> Result<MutexGuard<'_, HashMap<LeaseKey, String>>, StoreError> {
            if *self.is_away.lock().unwrap() {
                return Err(StoreError::Unavailable("away".into()));
            }
            Ok(self.tokens.lock().unwrap())
        }
    }

    #[async_trait]
    impl Leases for Known {
        async fn acquire(
            &self,
            key: LeaseKey,
            node: &NodeId,
            _ttl: Duration,
        ) -> Result<Option<Lease>, StoreError> {
            let mut tokens = self.tokens()?;
            if tokens.contains_key(&key) {
                return Ok(None);
            }
            let (node, token) = (node.clone(), node.to_string());
            tokens.insert(key.clone(), token.clone());
            Ok(Some(Lease { key, node, token }))
        }

        async fn renew(&self, lease: &Lease, _ttl: Duration) -> Result<bool, StoreError> {
            Ok(self.tokens()?.get(&lease.key) == Some(&lease.token))
        }

        async fn restore(&self, lease: &Lease, _ttl: Duration) -> Result<bool, StoreError> {
            let mut tokens = self.tokens()?;
            let token = tokens.entry(lease.key.clone());
            Ok(*token.or_insert_with(|| lease.token.clone()) == lease.token)
        }

        async fn is_held(&self, key: &LeaseKey) -> Result<bool, StoreError> {
            Ok(self.tokens()?.contains_key(key))
        }

        async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
            self.tokens()?.remove(&lease.key);
            Ok(())
        }
    }

    struct Nodes {
        known: Arc<Known>,
        clock: Arc<ManualClock>,
    }

    impl Nodes {
        fn new() -> Self {
            Self {
                known: Arc::default(),
                clock: Arc::new(ManualClock::new(DateTime::UNIX_EPOCH)),
            }
        }

        fn key() -> LeaseKey {
            LeaseKey::Polling(7)
        }

        /// Another node takes it, for an hour.
        async fn take(&self) -> Option<HeldLease> {
            let leases: Arc<dyn Leases> = self.known.clone();
            let clock: Arc<dyn Clock> = self.clock.clone();
            let node = NodeId::generate(&SystemEntropy);
            let taken = HeldLease::take(&leases, &clock, Self::key(), &node, HOUR);
            taken.await.unwrap()
        }

        fn pass(&self, minutes: i64) {
            self.clock.advance(TimeDelta::minutes(minutes));
        }

        fn forget(&self) {
            self.known.tokens.lock().unwrap().clear();
        }

        fn go_away(&self, is_away: bool) {
            *self.known.is_away.lock().unwrap() = is_away;
        }
    }

    /// What no one waits for.
    fn now<T>(done: impl Future<Output = T>) -> T {
        done.now_or_never().unwrap()
    }

    #[test]
    fn it_is_surely_held_for_less_than_it_lasts_and_renewing_prolongs_that() {
        let nodes = Nodes::new();
        let mut held = now(nodes.take()).unwrap();
        assert!(now(nodes.take()).is_none());
        nodes.pass(47);
        assert!(held.is_sure());
        assert_eq!(now(held.renew()).unwrap(), Renewal::Kept);
        nodes.pass(47);
        assert!(held.is_sure());
        nodes.pass(1);
        assert!(!held.is_sure());
    }

    #[test]
    fn a_lease_that_was_forgotten_is_restored_while_it_is_surely_ours() {
        let nodes = Nodes::new();
        let mut held = now(nodes.take()).unwrap();
        nodes.pass(47);
        nodes.forget();
        assert_eq!(now(held.renew()).unwrap(), Renewal::Restored);
        assert!(now(nodes.take()).is_none());
        nodes.pass(47);
        assert!(held.is_sure());
    }

    #[test]
    fn a_lease_that_was_forgotten_is_lost_once_it_may_have_lapsed_or_another_has_it() {
        let nodes = Nodes::new();
        let mut late = now(nodes.take()).unwrap();
        nodes.pass(48);
        nodes.forget();
        assert_eq!(now(late.renew()).unwrap(), Renewal::Lost);
        let mut first = now(nodes.take()).unwrap();
        nodes.forget();
        let second = now(nodes.take()).unwrap();
        assert_eq!(now(first.renew()).unwrap(), Renewal::Lost);
        assert!(!first.is_sure() && second.is_sure());
    }

    #[test]
    fn a_holder_who_knows_that_no_one_else_has_it_restores_it_later_too() {
        let nodes = Nodes::new();
        let mut held = now(nodes.take()).unwrap();
        nodes.pass(59);
        nodes.forget();
        assert_eq!(now(held.renew_knowing(true)).unwrap(), Renewal::Restored);
        assert!(held.is_sure());
        nodes.forget();
        let _second = now(nodes.take()).unwrap();
        assert_eq!(now(held.renew_knowing(true)).unwrap(), Renewal::Lost);
    }

    #[test]
    fn what_cannot_be_renewed_is_ours_as_long_as_before() {
        let nodes = Nodes::new();
        let mut held = now(nodes.take()).unwrap();
        nodes.go_away(true);
        nodes.pass(47);
        assert!(now(held.renew()).is_err());
        assert!(held.is_sure());
        nodes.pass(1);
        assert!(!held.is_sure());
        nodes.go_away(false);
        assert_eq!(now(held.renew()).unwrap(), Renewal::Kept);
        assert!(held.is_sure());
    }

    #[test]
    fn what_is_given_back_is_not_surely_ours_for_whoever_works_under_it() {
        let nodes = Nodes::new();
        let held = now(nodes.take()).unwrap();
        let (connections, spare) = (held.hold().clone(), held.spare());
        now(spare.release()).unwrap();
        assert!(!connections.is_sure() && !held.is_sure());
        assert!(now(nodes.take()).is_some());
    }

    #[test]
    fn a_wall_clock_that_is_set_neither_ends_a_hold_nor_brings_it_back() {
        let nodes = Nodes::new();
        let held = now(nodes.take()).unwrap();
        let until = held.hold();
        for by in [TimeDelta::days(365), TimeDelta::days(-730)] {
            nodes.clock.set_wall(by);
            assert!(until.is_sure());
        }
        nodes.pass(60);
        assert!(!until.is_sure());
        for by in [TimeDelta::days(-365), TimeDelta::days(730)] {
            nodes.clock.set_wall(by);
            assert!(!until.is_sure());
        }
    }

    #[test]
    fn what_needs_no_lease_is_held_for_ever() {
        let nodes = Nodes::new();
        let clock: Arc<dyn Clock> = nodes.clock.clone();
        let hold = Hold::unlimited(&clock);
        nodes.pass(1_000_000);
        assert!(hold.is_sure());
        assert_eq!(hold.left(), None);
    }
}
