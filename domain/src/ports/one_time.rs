//! Things that work once: what they are exchanged for is used once, too.
//!
//! An answer can be lost on its way. So what was exchanged may be exchanged
//! again for a short while, as long as no one used what it was exchanged for;
//! each time, what was given out before is void. There is one at most that works.

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::ids::{GrantId, LoginId, Owner, TenantId};
use crate::time::Timestamp;

use super::StoreError;

/// For how long after the first exchange another may follow whose answer was
/// lost.
pub const AGAIN_WITHIN: TimeDelta = TimeDelta::minutes(1);

/// For how long launch data is accepted after Telegram made it.
pub const LAUNCH_DATA_LIFE: TimeDelta = TimeDelta::hours(1);

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
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InitData => "init_data",
            Self::Screen => "screen",
        }
    }
}

/// A token for which something that works once is exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which token.
    pub id: GrantId,
    /// When it is given out.
    pub at: Timestamp,
    /// Until when it is remembered: for as long as the token is good, and as
    /// what it was exchanged for would be accepted again.
    pub until: Timestamp,
}

/// Whether something was exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// Yes: for the first time, or again because the answer was lost. What was
    /// given out before is void.
    Granted,
    /// No: what it was exchanged for is in use, or it was too long ago.
    Again,
}

/// What came of redeeming a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// It is good, and exchanged now, or again because the answer was lost.
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

/// How a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the one that counts, and in use from now on.
    Good,
    /// Another one was given out in its place.
    Superseded,
    /// Everything about its person was erased since.
    Revoked,
    /// Nothing is known of it.
    Unknown,
}

/// Things that work once, known by the SHA-256 of a secret: the secret itself
/// is never stored.
#[async_trait]
pub trait OneTime: Send + Sync {
    /// Exchanges something of this person for a token.
    async fn spend(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        owner: &Owner,
        grant: Grant,
    ) -> Result<Spent, StoreError>;

    /// Whether something was exchanged.
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

    /// Exchanges a link of a tenant for a token. To others it was never given
    /// out.
    async fn redeem(
        &self,
        tenant: &TenantId,
        kind: OneTimeKind,
        digest: [u8; 32],
        grant: Grant,
    ) -> Result<Redeemed, StoreError>;

    /// How a token stands for which this was exchanged. One that is good is in
    /// use from then on: no other is given out in its place.
    async fn admit(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        grant: GrantId,
    ) -> Result<Standing, StoreError>;

    /// When everything about the person was erased, as long as launch data
    /// from before that would still be accepted ([`LAUNCH_DATA_LIFE`]).
    async fn erased_at(&self, owner: &Owner) -> Result<Option<Timestamp>, StoreError>;

    /// Forgets what is past its time.
    async fn sweep(&self, now: Timestamp) -> Result<u64, StoreError>;
}
