//! Where logins are kept.

use std::fmt;

use async_trait::async_trait;

use crate::account::{Account, Profile};
use crate::audit::AuditEntry;
use crate::ids::{AccountId, Fence, LoginId, NodeId, Owner, PersonId, SessionId, TenantId};
use crate::login::Login;
use crate::notice::Notice;
use crate::sealed::Sealed;
use crate::session::cursor::AccountCursor;
use crate::time::Timestamp;

use super::StoreError;

/// What someone other than the driver wants of a login. Kept in the database,
/// so that it is not lost with a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Cancel it.
    Cancel,
    /// End it in favour of a newer one.
    Supersede,
}

/// What becomes of the stored half-signed-in session when a login is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HalfSession {
    /// Leave what is stored.
    Keep,
    /// Store this, sealed for [`crate::sealed::Purpose::LoginSession`].
    Replace(Sealed),
    /// Erase it: nothing of it is left at Telegram.
    Erase,
}

/// A login together with the right to write it.
#[derive(Clone, Debug)]
pub struct ClaimedLogin {
    /// The login.
    pub login: Login,
    /// The number that every write must carry.
    pub fence: Fence,
    /// The half-signed-in session, if one was stored.
    pub session: Option<Sealed>,
    /// What is wanted of it.
    pub intent: Option<Intent>,
}

/// A login that needs a driver, and may have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unattended {
    /// The login.
    pub login: LoginId,
    /// The node that claimed it last and has not given it back; it may be dead.
    pub node: Option<NodeId>,
}

/// What to write of a login, in one transaction.
#[derive(Clone, Debug)]
pub struct Saved<'a> {
    /// The login.
    pub login: &'a Login,
    /// The claim under which it is written.
    pub fence: Fence,
    /// What becomes of its session.
    pub session: HalfSession,
    /// Whose account it is, if Telegram said so since it was last written: it
    /// counts with that account, too ([`super::LoginAttempts`]).
    pub identified: Option<PersonId>,
    /// What the bot shall say (with ids made by the caller).
    pub notices: Vec<Notice>,
    /// For the audit.
    pub audit: Vec<AuditEntry>,
}

/// What it takes to turn a login into a linked account.
#[derive(Clone)]
pub struct LinkRequest<'a> {
    /// The login, in [`crate::login::Finishing::Linking`].
    pub login: &'a Login,
    /// The claim.
    pub fence: Fence,
    /// What becomes of the login once it is linked to this account.
    pub end: &'a (dyn Fn(&Login, AccountId) -> EndedLogin + Send + Sync),
    /// The id of the account, if the person has none yet.
    pub new_account: AccountId,
    /// The id of the session.
    pub session: SessionId,
    /// The session, sealed for [`crate::sealed::Purpose::Session`].
    pub sealed: Sealed,
    /// Where reading begins, as Telegram said at the link.
    pub cursor: Option<AccountCursor>,
    /// How Telegram shows the person.
    pub profile: Profile,
    /// When.
    pub now: Timestamp,
    /// From where, for the audit.
    pub origin: String,
}

impl fmt::Debug for LinkRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkRequest")
            .field("login", &self.login.id)
            .field("fence", &self.fence)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// A login at its end, and what is written with it.
#[derive(Clone, Debug)]
pub struct EndedLogin {
    /// The login.
    pub login: Login,
    /// What the bot shall say.
    pub notices: Vec<Notice>,
    /// For the audit.
    pub audit: Vec<AuditEntry>,
}

/// What came of linking.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The account.
    pub account: Account,
    /// The login as it was written.
    pub login: Login,
}

/// Where logins are kept. At most one login of an owner is not over.
#[async_trait]
pub trait Logins: Send + Sync {
    /// Stores a new login, unless the owner has one that is not over: then
    /// that one is returned, and nothing audited. (A login that is born over is always stored.)
    async fn begin(&self, login: &Login, audit: AuditEntry) -> Result<Option<Login>, StoreError>;

    /// The login with this id.
    async fn find(&self, id: LoginId) -> Result<Option<Login>, StoreError>;

    /// The owner's login that is not over.
    async fn running(&self, owner: &Owner) -> Result<Option<Login>, StoreError>;

    /// Takes the sole right to write a login. Every claim ends the ones before.
    async fn claim(&self, id: LoginId, node: &NodeId) -> Result<ClaimedLogin, StoreError>;

    /// Gives a claim back: no node drives the login. One that someone else
    /// claimed since stays with them.
    async fn release(&self, id: LoginId, fence: Fence) -> Result<(), StoreError>;

    /// Writes a login, its session, its notices and the audit, all or nothing. One
    /// that was scanned counts against the budget ([`super::LoginAttempts`]).
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when someone else claimed it since.
    async fn save(&self, saved: Saved<'_>) -> Result<(), StoreError>;

    /// Records what is wanted of a login that is not over; a later intent
    /// replaces an earlier one.
    async fn set_intent(&self, id: LoginId, intent: Intent) -> Result<(), StoreError>;

    /// What is wanted of a login.
    async fn intent(&self, id: LoginId) -> Result<Option<Intent>, StoreError>;

    /// Links the account and ends the login, in one transaction: stores the session
    /// and its cursor, creates the owner's account or gives it this session, marks
    /// the one before as leaving, puts it in the audit, and writes the login as it
    /// is then, without its half-signed-in session. An account to which this session
    /// was linked before stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when someone else claimed the login since.
    async fn link(&self, request: LinkRequest<'_>) -> Result<Linked, StoreError>;

    /// Logins of a tenant that need a driver: not over, or over with a clean-up due.
    /// Each with the node that claimed it, which may be driving it. The oldest
    /// first.
    async fn unattended(
        &self,
        tenant: &TenantId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Unattended>, StoreError>;

    /// Erases logins that ended before then and have nothing left to clean up.
    async fn prune(&self, ended_before: Timestamp) -> Result<u64, StoreError>;
}
