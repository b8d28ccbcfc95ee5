//! Jobs, as they stand and as they went.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, JobId, NodeId, PersonId};
use crate::job::{Job, JobAttempt, JobKind, JobStatus};
use crate::listing::{IdSearch, Listed, Query, Tenants, Total};
use crate::ports::StoreError;

/// Which jobs. The filters beside the status stay when one goes from one tab to
/// another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobFilter {
    /// That stand like this: the tab. `None`: however they stand, also in a way
    /// that only a newer program knows.
    pub status: Option<JobStatus>,
    /// With this id.
    pub id: Option<IdSearch>,
    /// Of these kinds; none: of any.
    pub kinds: Vec<JobKind>,
    /// For this person.
    pub person: Option<PersonId>,
    /// That work with this account.
    pub account: Option<AccountId>,
    /// That this node worked on last.
    pub node: Option<NodeId>,
    /// That failed, or wait because they failed, with this code
    /// ([`crate::job::CauseCode::as_str`]).
    pub code: Option<String>,
    /// That wait for this ([`crate::job::WaitReason::as_str`]).
    pub reason: Option<String>,
}

/// What is asked of the list.
pub type JobQuery = Query<JobFilter, JobId>;
/// A page of it.
pub type ListedJobs = Listed<Job, JobId>;

/// Jobs. Those that belong to no one are the instance's: only who may see all
/// tenants sees them.
#[async_trait]
pub trait JobListing: Send + Sync {
    /// Those that the filter lets through. Queued and waiting ones: which is due
    /// first; running ones: which has run longest first; those that are over: the
    /// last first; of any status: the newest first.
    async fn jobs(&self, query: &JobQuery) -> Result<ListedJobs, StoreError>;

    /// How many there are in each tab, with the other filters as they are.
    async fn job_counts(
        &self,
        filter: &JobFilter,
        tenants: &Tenants,
    ) -> Result<Vec<(JobStatus, Total)>, StoreError>;

    /// The job with this id, if they may see it.
    async fn job(&self, id: JobId, tenants: &Tenants) -> Result<Option<Job>, StoreError>;

    /// The attempts at a job that they may see, the last first: as many as are
    /// kept ([`JobAttempt::KEPT`]).
    async fn job_attempts(
        &self,
        id: JobId,
        tenants: &Tenants,
    ) -> Result<Vec<JobAttempt>, StoreError>;
}
