//! What goes into a backup, and comes back out of it.

use async_trait::async_trait;

use crate::account::Account;
use crate::audit::AuditEntry;
use crate::ids::{AccountId, SessionId};
use crate::keys::KeyVersion;
use crate::sealed::Sealed;
use crate::time::Timestamp;

use super::StoreError;

/// A linked account with its sealed session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedRecord {
    /// The account.
    pub account: Account,
    /// The language its owner wants to be addressed in.
    pub language: Option<String>,
    /// Its session, sealed for [`crate::sealed::Purpose::Session`].
    pub sealed: Sealed,
    /// When the session was stored first.
    pub session_created_at: Timestamp,
}

/// A session that was erased: no backup brings it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tombstone {
    /// The session.
    pub session: SessionId,
    /// When it was erased.
    pub at: Timestamp,
}

/// What a restore does with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Restored {
    /// Adds it.
    Added,
    /// The same session is there already, and stays.
    Present,
    /// The owner has another session by now, which stays.
    Replaced,
    /// The session was unlinked or erased since; it does not come back.
    Ended,
}

/// Reads what goes into a backup.
#[async_trait]
pub trait BackupSource: Send + Sync {
    /// Linked accounts that are not dead, by id, after that one.
    async fn linked(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<LinkedRecord>, StoreError>;

    /// Sessions that were erased since, oldest first.
    async fn tombstones(&self, since: Timestamp) -> Result<Vec<Tombstone>, StoreError>;
}

/// Writes what comes out of a backup.
#[async_trait]
pub trait RestoreTarget: Send + Sync {
    /// What [`Self::restore`] would do with each record, in their order.
    async fn foresee(&self, records: &[LinkedRecord]) -> Result<Vec<Restored>, StoreError>;

    /// Restores records, all in one transaction; says what it did with each,
    /// in their order. Never replaces what is there. Restored accounts count
    /// as not checked since they were backed up.
    async fn restore(
        &self,
        records: &[LinkedRecord],
        audit: AuditEntry,
    ) -> Result<Vec<Restored>, StoreError>;

    /// Remembers sessions that were erased.
    async fn bury(&self, tombstones: &[Tombstone]) -> Result<(), StoreError>;

    /// Changes nothing.
    ///
    /// # Errors
    /// Those that [`Self::restore_keys`] would have.
    async fn foresee_keys(&self, keys: &[KeyVersion]) -> Result<(), StoreError>;

    /// Registers versions of the wrapping key that the register lacks, under
    /// their numbers. The newest becomes active if none is.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when a number is taken by another version.
    async fn restore_keys(&self, keys: &[KeyVersion]) -> Result<(), StoreError>;
}
