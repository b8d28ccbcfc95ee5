//! Where linked accounts and their sealed sessions are kept.

use async_trait::async_trait;

use crate::account::{Account, Health, Profile};
use crate::audit::AuditEntry;
use crate::device::Device;
use crate::ids::{AccountId, Fence, NodeId, Owner, SessionId, TenantId};
use crate::notice::Notice;
use crate::sealed::Sealed;
use crate::session::SessionClaim;
use crate::session::cursor::AccountCursor;
use crate::time::Timestamp;

use super::StoreError;

/// A sealed session together with the right to write it.
#[derive(Clone, Debug)]
pub struct StoredSession {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub owner: Owner,
    /// Its credentials, sealed for [`crate::sealed::Purpose::Session`].
    pub sealed: Sealed,
    /// The number that every write must carry.
    pub fence: Fence,
}

impl StoredSession {
    /// The right to write it.
    pub fn claim(&self) -> SessionClaim {
        SessionClaim {
            session: self.id,
            fence: self.fence,
        }
    }
}

/// A session that is no longer used and still to be logged out at Telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeavingSession {
    /// Its id.
    pub id: SessionId,
    /// Whose it was.
    pub owner: Owner,
    /// How often logging it out failed.
    pub attempts: u32,
    /// The node that claimed it last and did not let go of it.
    pub node: Option<NodeId>,
}

/// What it takes to link an account whose session comes from elsewhere.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Whose it is: what Telegram answered to `get_me`.
    pub owner: Owner,
    /// The id of the account, if the owner has none yet.
    pub new_account: AccountId,
    /// The id of the session.
    pub session: SessionId,
    /// The session, sealed for [`crate::sealed::Purpose::Session`].
    pub sealed: Sealed,
    /// Where reading begins, as Telegram said at the import.
    pub cursor: Option<AccountCursor>,
    /// How Telegram shows the person.
    pub profile: Profile,
    /// The name under which the session shows up in Settings > Devices.
    pub device: Device,
    /// When.
    pub now: Timestamp,
    /// For the audit.
    pub audit: AuditEntry,
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// The account is linked now.
    Linked(Account),
    /// The owner has an account that is not dead: nothing was changed.
    Present(Account),
}

/// Where linked accounts and their sealed sessions are kept. An owner has at
/// most one account.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The owner's account, if one is linked.
    async fn of(&self, owner: &Owner) -> Result<Option<Account>, StoreError>;

    /// The account with this id, if it is this owner's.
    async fn find(&self, owner: &Owner, id: AccountId) -> Result<Option<Account>, StoreError>;

    /// Every account, a page at a time, by id: those after `after`.
    async fn page(&self, after: Option<AccountId>, limit: u32) -> Result<Vec<Account>, StoreError>;

    /// Takes the sole right to use and write a session (also a leaving one).
    async fn claim_session(
        &self,
        id: SessionId,
        node: &NodeId,
    ) -> Result<StoredSession, StoreError>;

    /// Lets the row say that no node works with a session, unless someone else
    /// claimed it since.
    async fn release_session(&self, claim: SessionClaim) -> Result<(), StoreError>;

    /// Writes credentials that changed: a new key, another home data centre.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when someone else claimed it since.
    async fn save_session(
        &self,
        id: SessionId,
        fence: Fence,
        sealed: &Sealed,
    ) -> Result<(), StoreError>;

    /// Records how an account does, with what the bot shall say of it: only if it
    /// did otherwise until now. What is dead stays so.
    async fn set_health(
        &self,
        id: AccountId,
        session: SessionId,
        health: Health,
        now: Timestamp,
        notice: Option<Notice>,
    ) -> Result<(), StoreError>;

    /// Accounts of a tenant that are not dead and were not checked since then,
    /// the longest unchecked first. Checked by a clock that was ahead counts as
    /// not checked.
    async fn due_for_check(
        &self,
        tenant: &TenantId,
        checked_before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Account>, StoreError>;

    /// How many accounts of a tenant are not dead.
    async fn count_living(&self, tenant: &TenantId) -> Result<u64, StoreError>;

    /// The owner looked at their account, or its session was put to use.
    async fn used(&self, owner: &Owner, now: Timestamp) -> Result<(), StoreError>;

    /// Links an account whose session comes from elsewhere, in one transaction.
    /// A dead session of the owner is replaced and leaves.
    async fn import(&self, request: ImportRequest) -> Result<Imported, StoreError>;

    /// Removes an account, in one transaction: its session is marked as
    /// leaving, the audit written, the notice queued. Gone already is fine.
    async fn unlink(
        &self,
        owner: &Owner,
        id: AccountId,
        audit: AuditEntry,
        notice: Option<Notice>,
    ) -> Result<bool, StoreError>;

    /// Sessions of a tenant that are still to be logged out, due by now.
    async fn leaving(
        &self,
        tenant: &TenantId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<LeavingSession>, StoreError>;

    /// Logging it out failed; whoever can tries again then.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when someone else claimed it since, or it is not
    /// to be logged out.
    async fn leave_later(&self, claim: SessionClaim, at: Timestamp) -> Result<(), StoreError>;

    /// Destroys the data key of a leaving session, with the audit of it: from
    /// then on nothing opens it. Destroyed already is fine.
    async fn destroy_data_key(&self, id: SessionId, audit: AuditEntry) -> Result<(), StoreError>;

    /// Erases a session whose data key is destroyed, with the audit of it, and
    /// remembers its id ([`super::Tombstone`]).
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when its data key is still there.
    async fn erase_session(&self, id: SessionId, audit: AuditEntry) -> Result<(), StoreError>;
}
