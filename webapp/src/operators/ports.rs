//! What the operators' pages need from the other rooms.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::ids::NodeId;
use sesame_domain::keys::KeyState;
use sesame_domain::order::Order;
use sesame_domain::ports::listing::{
    AccountListing, AuditListing, JobListing, LoginListing, NodeListing, OverviewFigures,
    PersonListing, WaitListing,
};
use sesame_domain::ports::{
    AccountCheckRequests, AccountRevocation, AuditVerifications, BulkService, Confirmations,
    JobActions, OperatorSessions, Schedules, SignIns, Signals, Sizes, SloCounts, StoreError,
};
use sesame_domain::time::Timestamp;

use super::tenant_ports::TenantAdministration;

/// What the operators' pages need from the other rooms.
#[derive(Clone)]
pub struct OperatorPorts {
    /// Links by which operators sign in.
    pub sign_ins: Arc<dyn SignIns>,
    /// Their sessions.
    pub sessions: Arc<dyn OperatorSessions>,
    /// What they confirm in the chat.
    pub confirmations: Arc<dyn Confirmations>,
    /// Wakes the bot when it has something to ask or to tell.
    pub signals: Arc<dyn Signals>,
    /// What they look at.
    pub lists: Lists,
    /// What came of verifying the audit.
    pub audit_verifications: Arc<dyn AuditVerifications>,
    /// What was counted of the promises.
    pub slo_counts: Arc<dyn SloCounts>,
    /// Unlinks accounts by their order.
    pub revocation: Arc<dyn AccountRevocation>,
    /// Has accounts looked at by their order.
    pub checks: Arc<dyn AccountCheckRequests>,
    /// What is done again and again.
    pub schedules: Arc<dyn Schedules>,
    /// Under which name this node asks for jobs.
    pub node: NodeId,
    /// Acts on many rows of a list by their order.
    pub bulk: Arc<dyn BulkService>,
    /// What they do to jobs.
    pub job_actions: Arc<dyn JobActions>,
    /// How the versions of the key are.
    pub keys: Arc<dyn Keys>,
    /// What they do to tenants.
    pub tenants: Arc<dyn TenantAdministration>,
    /// What works and what does not.
    pub diagnosis: Arc<dyn Diagnosis>,
    /// How much is kept of what grows, by each that keeps something.
    pub sizes: Arc<[Arc<dyn Sizes>]>,
    /// The settings in force, fit to be shown.
    pub configuration: Arc<[ShownSetting]>,
}

impl fmt::Debug for OperatorPorts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperatorPorts").finish_non_exhaustive()
    }
}

/// What operators look at; a port a subject.
#[derive(Clone)]
pub struct Lists {
    /// Attempts to link an account.
    pub logins: Arc<dyn LoginListing>,
    /// Linked accounts.
    pub accounts: Arc<dyn AccountListing>,
    /// People.
    pub people: Arc<dyn PersonListing>,
    /// Jobs.
    pub jobs: Arc<dyn JobListing>,
    /// The audit.
    pub audit: Arc<dyn AuditListing>,
    /// Who waits until when.
    pub waits: Arc<dyn WaitListing>,
    /// Nodes.
    pub nodes: Arc<dyn NodeListing>,
    /// Figures over all of it.
    pub figures: Arc<dyn OverviewFigures>,
}

impl Lists {
    /// Lists that one thing has, as the database does.
    pub fn of<T>(all: Arc<T>) -> Self
    where
        T: LoginListing
            + AccountListing
            + PersonListing
            + JobListing
            + AuditListing
            + WaitListing
            + NodeListing
            + OverviewFigures
            + 'static,
    {
        Self {
            logins: all.clone(),
            accounts: all.clone(),
            people: all.clone(),
            jobs: all.clone(),
            audit: all.clone(),
            waits: all.clone(),
            nodes: all.clone(),
            figures: all,
        }
    }
}

impl fmt::Debug for Lists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lists").finish_non_exhaustive()
    }
}

/// What works on this node and what does not.
pub trait Diagnosis: Send + Sync {
    /// What was found last; `None`: nothing was looked at yet.
    fn latest(&self) -> Option<Arc<Diagnosed>>;

    /// Has everything looked at again as soon as may be.
    fn look_again(&self);
}

/// What was found when everything was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosed {
    /// When.
    pub at: Timestamp,
    /// All of it, in the order in which the doctor tells it.
    pub findings: Vec<Finding>,
}

impl Diagnosed {
    /// How many findings are so bad.
    pub fn count(&self, severity: Severity) -> usize {
        let severities = self.findings.iter().map(|it| it.severity);
        severities.filter(|it| *it == severity).count()
    }
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// As it should be.
    Good,
    /// It works, but will hurt one day.
    Warning,
    /// It does not work.
    Bad,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of the check, for machines.
    pub check: &'static str,
    /// What was looked at.
    pub about: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The reason, for machines: the same for the same case.
    pub reason: &'static str,
    /// What was seen.
    pub says: String,
    /// What to do.
    pub advice: Option<String>,
}

/// How the versions of the key are. Nothing of a key itself is in it.
#[async_trait]
pub trait Keys: Send + Sync {
    /// How they are now.
    async fn status(&self) -> Result<KeysShown, StoreError>;

    /// Makes a new version the active one; its name.
    async fn rotate(&self, order: &Order) -> Result<Result<String, KeyRefusal>, StoreError>;

    /// Has this version and those before it open nothing any more; which these
    /// are.
    async fn retire(
        &self,
        key: &str,
        order: &Order,
    ) -> Result<Result<Vec<String>, KeyRefusal>, StoreError>;
}

/// Why something is not done to a key, and what to do: in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRefusal(pub String);

/// How the versions of the key are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeysShown {
    /// All versions, the oldest first.
    pub versions: Vec<ShownKey>,
    /// How many data keys the active version wraps.
    pub wrapped: u64,
    /// How many are to be wrapped anew.
    pub to_rewrap: u64,
    /// What someone should look after, each with what to do.
    pub warnings: Vec<String>,
    /// The versions that could be retired, the newest first, each with what
    /// stands in the way of that now.
    pub retirable: Vec<(String, Option<KeyRefusal>)>,
}

/// A version of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownKey {
    /// Its name.
    pub id: String,
    /// Who holds it: `file`, `kms`.
    pub provider: String,
    /// How it stands.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// How many data keys it wraps.
    pub wraps: u64,
    /// How often it was used to seal.
    pub encryptions: u64,
    /// Whether it can be used on this node.
    pub is_held: bool,
}

/// A setting in force, fit to be shown: secrets are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownSetting {
    /// The part of the configuration that it belongs to.
    pub section: &'static str,
    /// The name of the variable.
    pub name: &'static str,
    /// Its value, redacted; `None`: it has none.
    pub value: Option<String>,
    /// Where it comes from: `command`, `environment`, `.env`, `default`,
    /// `not set`.
    pub origin: String,
    /// What it does; empty: it is explained with the one before.
    pub explanation: String,
}
