//! Where jobs are kept.

use async_trait::async_trait;

use crate::ids::{AccountId, JobId, NodeId, TenantId};
use crate::job::{
    Cancelling, Enqueued, Job, JobAccess, JobClaim, JobKind, JobStatus, NewJob, Payload, Release,
};
use crate::page::{BrokenRow, Page, Paged};
use crate::progress::Progress;
use crate::time::Timestamp;

use super::StoreError;

/// Which jobs to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFilter {
    /// Whose jobs whoever asks may see.
    pub access: JobAccess,
    /// Of these kinds; none: of any.
    pub kinds: Vec<JobKind>,
    /// That stand like this; none: however they stand.
    pub statuses: Vec<JobStatus>,
    /// That work with this account.
    pub account: Option<AccountId>,
}

impl JobFilter {
    /// All jobs that they may see.
    pub fn all(access: JobAccess) -> Self {
        Self {
            access,
            kinds: Vec::new(),
            statuses: Vec::new(),
            account: None,
        }
    }
}

/// Asking for jobs, looking at them, cancelling them: for whoever is not the
/// runner. What stores the cause of a job asks for it in the same transaction.
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Asks for a job; while one with its key is not over, that one is
    /// answered. Whoever waits for jobs is woken by [`super::Topic::Jobs`].
    async fn enqueue(&self, job: &NewJob) -> Result<Enqueued, StoreError>;

    /// A job that they may see.
    async fn find(&self, id: JobId, access: &JobAccess) -> Result<Option<Job>, StoreError>;

    /// The jobs that the filter lets through, newest first.
    async fn list(
        &self,
        filter: &JobFilter,
        page: Page<JobId>,
    ) -> Result<Paged<Job, JobId>, StoreError>;

    /// Cancels a job that does not run, and asks one that runs to end. `by`
    /// says who, for whoever looks at it.
    async fn cancel(
        &self,
        id: JobId,
        access: &JobAccess,
        by: &str,
        now: Timestamp,
    ) -> Result<Cancelling, StoreError>;

    /// A job that waits goes on at once; `false`: there is none that they may see, or
    /// it does not wait. Whoever waits for jobs is to be woken.
    async fn hurry(
        &self,
        id: JobId,
        access: &JobAccess,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Forgets jobs that were over by then, so many at most; how many.
    async fn forget(
        &self,
        ended_before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// Due jobs of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueJobs {
    /// Of this kind.
    pub kind: JobKind,
    /// Without the first so many, which were looked at.
    pub skip: u32,
    /// So many at most.
    pub limit: u32,
}

/// A row of a job that is due. One that cannot be read stops no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRow {
    /// Its kind.
    pub kind: JobKind,
    /// What it says, or that it cannot be read.
    pub job: Result<Job, BrokenRow>,
}

/// A job that a node is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningJob {
    /// The job and the number of its claim.
    pub claim: JobClaim,
    /// The node.
    pub node: NodeId,
    /// Who asked for it to be cancelled, if someone did.
    pub cancel_by: Option<String>,
}

/// Jobs of a kind that are not over and that no one is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The kind.
    pub kind: JobKind,
    /// How many; not counted beyond [`Waiting::COUNTED`].
    pub count: u32,
    /// When the first of them is, or was, due.
    pub first_due: Timestamp,
}

impl Waiting {
    /// More than so many are not counted.
    pub const COUNTED: u32 = 10_000;
}

/// Doing jobs: for the runner.
#[async_trait]
pub trait JobQueue: Send + Sync {
    /// Jobs that are due and whose account no one works with, of each kind the
    /// longest due first: those of a tenant's people, and those of no one's.
    async fn due(
        &self,
        tenant: &TenantId,
        of: &[DueJobs],
        now: Timestamp,
    ) -> Result<Vec<DueRow>, StoreError>;

    /// Takes the sole right to write a job, as it was seen, and counts the
    /// attempt. `None`: someone else took it, or works with its account.
    async fn claim(
        &self,
        seen: &Job,
        node: &NodeId,
        now: Timestamp,
    ) -> Result<Option<JobClaim>, StoreError>;

    /// The jobs that nodes are at.
    async fn running(&self) -> Result<Vec<RunningJob>, StoreError>;

    /// Keeps what a job needs to go on after the step that it did: attempts are
    /// counted anew.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when it is not theirs any more.
    async fn checkpoint(
        &self,
        claim: JobClaim,
        payload: &Payload,
        progress: Option<&Progress>,
    ) -> Result<(), StoreError>;

    /// Keeps how far a job has come.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when it is not theirs any more.
    async fn tell_progress(&self, claim: JobClaim, progress: &Progress) -> Result<(), StoreError>;

    /// Lets go of a job. Its end is noted in the schedule that asked for it. One that
    /// is not done, and that someone asked to be cancelled, ends as that, whatever it
    /// stopped for.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when it is not theirs any more.
    async fn release(
        &self,
        claim: JobClaim,
        release: Release,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Puts back jobs whose node is gone, unless they were claimed anew since;
    /// how many. Those that someone asked to be cancelled end. What it still writes is
    /// refused.
    async fn abandon(&self, claims: &[JobClaim], now: Timestamp) -> Result<u64, StoreError>;

    /// What waits, by kind, also such as this program does not know.
    async fn waiting(&self) -> Result<Vec<Waiting>, StoreError>;
}
