//! What keeps Sesame in order, as the jobs that do it ask for it.

use std::fmt;

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::account::Account;
use crate::audit::Actor;
use crate::check_pace::CheckPace;
use crate::ids::{AccountId, Owner};
use crate::plural::{agreeing, counted};
use crate::reason::Reason;
use crate::time::Timestamp;

/// Why it could not be done, in a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MaintenanceError(String);

impl MaintenanceError {
    /// For this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// Because of this error and what caused it.
    pub fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        Self(Reason::of(error).to_string())
    }
}

/// Is told how much is done, and of how much if that is known.
pub type OnDone<'a> = &'a (dyn Fn(u64, Option<u64>) + Send + Sync);

/// Keeps keys young, and what is under old ones current.
#[async_trait]
pub trait KeyMaintenance: Send + Sync {
    /// Makes a new version the active one if that is at least so old; the
    /// number of the new one.
    async fn rotate_if_older(
        &self,
        max_age: TimeDelta,
        actor: Actor,
    ) -> Result<Option<i64>, MaintenanceError>;

    /// Wraps data keys anew that are under older versions; how many.
    ///
    /// # Errors
    /// Also when some could not be; the others were.
    async fn rewrap(&self, actor: Actor, on_done: OnDone<'_>) -> Result<u64, MaintenanceError>;
}

/// Keeps the audit whole and no longer than it has to be. A tenant whose
/// audit is not whole keeps no other's from it.
#[async_trait]
pub trait AuditMaintenance: Send + Sync {
    /// Ties the strands together; how many checkpoints were made.
    async fn checkpoint(&self) -> Result<u64, MaintenanceError>;

    /// Verifies all of it, and keeps what was found of each tenant
    /// ([`super::AuditVerifications`]). An audit that is not whole is no error.
    async fn verify(&self) -> Result<AuditsVerified, MaintenanceError>;

    /// Removes entries that are older; how many.
    async fn prune(&self, keep: TimeDelta, actor: Actor) -> Result<u64, MaintenanceError>;
}

/// What came of verifying the audits of all tenants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditsVerified {
    /// How many entries are as they were written.
    pub entries: u64,
    /// How many tenants there are.
    pub tenants: u64,
    /// The first row of each audit that is not whole, in words.
    pub bad: Vec<String>,
}

impl fmt::Display for AuditsVerified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (entries, tenants) = (self.entries, self.tenants);
        write!(
            f,
            "{} of {} {} whole",
            counted(entries, "entry"),
            counted(tenants, "tenant"),
            agreeing(entries, "is", "are")
        )?;
        if self.bad.is_empty() {
            return Ok(());
        }
        write!(f, "; not as it was written: {}", self.bad.join("; "))
    }
}

/// A backup that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupMade {
    /// How many records it has.
    pub records: u64,
    /// How many of them stand in packs that were there before.
    pub unchanged: u64,
    /// How much was put there.
    pub bytes: u64,
}

/// A backup that was tried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupRehearsed {
    /// When it was made.
    pub made_at: Timestamp,
    /// How many records it gave back.
    pub records: u64,
    /// How many of their sessions were opened.
    pub opened: u64,
}

/// Making backups, and seeing that they can be restored.
#[async_trait]
pub trait BackupMaintenance: Send + Sync {
    /// Makes one.
    async fn make(&self, actor: Actor, on_done: OnDone<'_>)
    -> Result<BackupMade, MaintenanceError>;

    /// Removes those that are not kept any longer; what was removed, in words.
    async fn prune(&self, actor: Actor) -> Result<String, MaintenanceError>;

    /// Restores the newest into a scratch database.
    async fn rehearse(
        &self,
        actor: Actor,
        on_done: OnDone<'_>,
    ) -> Result<BackupRehearsed, MaintenanceError>;
}

/// How many sessions were ended, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpiredSessions {
    /// They were not used for too long.
    pub unused: u64,
    /// They were too old.
    pub too_old: u64,
    /// They had been dead for too long.
    pub dead: u64,
}

/// What came of looking at accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountsChecked {
    /// They work.
    pub alive: u64,
    /// They are frozen.
    pub frozen: u64,
    /// Their sessions are dead.
    pub dead: u64,
    /// Telegram did not say, or could not be asked.
    pub unclear: u64,
    /// Another node uses them.
    pub elsewhere: u64,
}

impl AccountsChecked {
    /// How many were looked at.
    pub fn total(self) -> u64 {
        self.alive + self.frozen + self.dead + self.unclear + self.elsewhere
    }
}

impl fmt::Display for AccountsChecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let are = |count| agreeing(count, "is", "are");
        write!(
            f,
            "{} {}, {} {} frozen, {} {} dead; {} could not be asked, {} {} in use elsewhere",
            counted(self.alive, "account"),
            agreeing(self.alive, "works", "work"),
            self.frozen,
            are(self.frozen),
            self.dead,
            are(self.dead),
            self.unclear,
            self.elsewhere,
            are(self.elsewhere)
        )
    }
}

/// Looking whether the sessions of linked accounts are alive. Whatever changes is
/// stored, and told to the owner.
#[async_trait]
pub trait AccountChecks: Send + Sync {
    /// Looks at those whose turn it is, spread over a window of this pace.
    async fn check_due(
        &self,
        pace: CheckPace,
        on_done: OnDone<'_>,
    ) -> Result<AccountsChecked, MaintenanceError>;

    /// Looks at one account now, or at all of them.
    ///
    /// # Errors
    /// Also when there is no such account.
    async fn check_now(
        &self,
        which: Option<AccountId>,
        on_done: OnDone<'_>,
    ) -> Result<AccountsChecked, MaintenanceError>;

    /// Looks at this account of theirs now, whichever node has it open.
    ///
    /// # Errors
    /// Also when there is no such account that is alive.
    async fn check_of(
        &self,
        owner: &Owner,
        id: AccountId,
    ) -> Result<AccountsChecked, MaintenanceError>;

    /// Looks at this account now, unless it was linked anew or looked at since it
    /// was read.
    async fn check_one(&self, account: &Account) -> AccountsChecked;
}

/// Erasing all that a tenant has which is being removed.
#[async_trait]
pub trait TenantRemoval: Send + Sync {
    /// Goes on with it; says in a line how far it is. What is left is done the next
    /// time: sessions have to be logged out at Telegram first.
    async fn go_on(&self, actor: Actor, on_done: OnDone<'_>) -> Result<String, MaintenanceError>;
}

/// Ending the sessions that the policy does not keep.
#[async_trait]
pub trait SessionRetention: Send + Sync {
    /// Ends them, and has their owners told.
    async fn end_expired(&self, actor: Actor) -> Result<ExpiredSessions, MaintenanceError>;
}
