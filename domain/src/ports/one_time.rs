//! Things that work once.

use async_trait::async_trait;

use crate::ids::{LoginId, Owner};
use crate::time::Timestamp;

use super::StoreError;

/// What works once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneTimeKind {
    /// `initData` that is exchanged for a token.
    InitData,
    /// A link that shows a login's code on another screen.
    Screen,
}

impl OneTimeKind {
    /// The name in the database; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InitData => "init_data",
            Self::Screen => "screen",
        }
    }
}

/// Whether something was used for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// Yes.
    First,
    /// No: it was used before.
    Again,
}

/// What came of redeeming a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// It is good, and used up now.
    Good {
        /// Whose login.
        owner: Owner,
        /// Which login.
        login: LoginId,
    },
    /// It was used before.
    Used,
    /// It is too old, or was never given out.
    Unknown,
}

/// Things that work once, known by the SHA-256 of a secret: the secret itself
/// is never stored.
#[async_trait]
pub trait OneTime: Send + Sync {
    /// Marks something as used; remembered until `forget_at`.
    async fn spend(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        forget_at: Timestamp,
    ) -> Result<Spent, StoreError>;

    /// Whether something was used.
    async fn is_spent(&self, kind: OneTimeKind, digest: [u8; 32]) -> Result<bool, StoreError>;

    /// Keeps a link to a login until `expires_at`.
    async fn issue(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        owner: &Owner,
        login: LoginId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Uses a link up.
    async fn redeem(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        now: Timestamp,
    ) -> Result<Redeemed, StoreError>;

    /// Forgets what is past its time.
    async fn sweep(&self, now: Timestamp) -> Result<u64, StoreError>;
}
