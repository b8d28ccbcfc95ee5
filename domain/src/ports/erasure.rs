//! Erasing everything about a person.

use async_trait::async_trait;
use uuid::Uuid;

use crate::audit::AuditEntry;
use crate::ids::{AccountId, LoginId, Owner};
use crate::time::Timestamp;

use super::StoreError;

/// An erasure that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Its id, which is on the receipt and in the audit.
    pub id: Uuid,
    /// The person.
    pub owner: Owner,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When the last of it was gone; `None`: a session is still to be logged
    /// out, or a login to be cleaned up.
    pub done_at: Option<Timestamp>,
}

/// What an erasure did at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasedNow {
    /// The account that was unlinked; its session leaves.
    pub account: Option<AccountId>,
    /// How many logins that were over are gone.
    pub logins: u64,
    /// How many notices that waited are gone.
    pub notices: u64,
    /// The login that was under way, to be cancelled.
    pub running: Option<LoginId>,
}

/// Erasing everything about a person.
#[async_trait]
pub trait Erasures: Send + Sync {
    /// Begins an erasure, in one transaction: the account is unlinked, logins
    /// that are over and cleaned up, notices and the person's record are gone.
    /// What is left goes with [`Self::finish`].
    async fn begin(&self, erasure: &Erasure, audit: AuditEntry) -> Result<ErasedNow, StoreError>;

    /// Erasures that are not done yet, oldest first.
    async fn pending(&self, limit: u32) -> Result<Vec<Erasure>, StoreError>;

    /// Those of them for which nothing is left to wait, oldest first. Only
    /// reads: it is asked every few seconds.
    async fn finishable(&self, limit: u32) -> Result<Vec<Erasure>, StoreError>;

    /// Erases what is left, unless a session still leaves or a login still
    /// needs its clean-up; `true`: now it is done. The person's id is then
    /// removed from the erasure; the audit keeps the proof.
    async fn finish(&self, id: Uuid, audit: AuditEntry) -> Result<bool, StoreError>;
}
