//! Leases: who may work on something now.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::ids::{LoginId, NodeId, SessionId};

use super::StoreError;

/// What a lease is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LeaseKey {
    /// Driving a login.
    Login(LoginId),
    /// Using a session.
    Session(SessionId),
    /// Being alive: a node holds its own for as long as it runs
    /// ([`crate::heartbeat`]).
    Node(NodeId),
    /// Fetching updates with a bot's token ([`LeaseKey::polling`]).
    Polling(u128),
}

impl LeaseKey {
    /// Fetching updates with this token, which itself is not told. A tenant's name
    /// would not do: it may stand for another bot in another instance over the
    /// same Redis.
    pub fn polling(bot_token: &SecretString) -> Self {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(b"sesame: who polls")
            .chain_update(bot_token.expose_secret())
            .finalize()
            .into();
        let (half, _) = digest.split_at(16);
        let number = half
            .iter()
            .fold(0, |all, byte| all << 8 | u128::from(*byte));
        Self::Polling(number)
    }

    /// Whether no one but the node that it is about ever takes it.
    pub fn is_own(&self) -> bool {
        match self {
            Self::Node(_) => true,
            Self::Login(_) | Self::Session(_) | Self::Polling(_) => false,
        }
    }

    /// The key as text, for example in Redis.
    pub fn as_text(&self) -> String {
        match self {
            Self::Login(id) => format!("login:{id}"),
            Self::Session(id) => format!("session:{id}"),
            Self::Node(id) => format!("node:{id}"),
            Self::Polling(token) => format!("polling:{token:032x}"),
        }
    }
}

/// A lease that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What it is about.
    pub key: LeaseKey,
    /// Who holds it.
    pub node: NodeId,
    /// Which of the node's acquisitions this is: a lease that lapsed and was
    /// taken again, even by the same node, is another lease.
    pub token: String,
}

impl Lease {
    /// For how long, from the moment at which it was asked for, the holder of a
    /// lease of so long may count on it: what it does last has to arrive before
    /// another holder begins, and clocks do not all go at one rate.
    pub fn sure_for(ttl: Duration) -> Duration {
        ttl.saturating_sub(ttl / 5)
    }
}

/// Leases only keep two nodes from doing the same work; that a late write
/// cannot do harm is the fence's business ([`crate::ids::Fence`]), in the
/// database. Losing all leases loses nothing but time: whoever keeps them grants
/// none that someone may still count on.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes the lease if no one has it, and no one may count on it who was
    /// forgotten.
    async fn acquire(
        &self,
        key: LeaseKey,
        node: &NodeId,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError>;

    /// Keeps a lease for another `ttl`; `false`: it is lost.
    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError>;

    /// Puts a lease back that was forgotten; `false`: another has it by now.
    /// Only for its holder, and only while no one else can have been given it:
    /// as long as it is surely held ([`Lease::sure_for`]).
    async fn restore(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError>;

    /// Whether anyone has the lease now, or may: what was forgotten is not known.
    async fn is_held(&self, key: &LeaseKey) -> Result<bool, StoreError>;

    /// Gives a lease back; one that is lost already is left alone.
    async fn release(&self, lease: &Lease) -> Result<(), StoreError>;
}
