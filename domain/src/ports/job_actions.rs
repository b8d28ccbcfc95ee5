//! What those who look after Sesame do to jobs. Everything that changes something
//! is in the audit, in one transaction with it.

use async_trait::async_trait;

use crate::audit::AuditEntry;
use crate::ids::{JobId, NodeId, TenantId};
use crate::job::{Cancelling, Enqueued, JobKind, NewJob};
use crate::listing::Tenants;
use crate::order::Order;
use crate::page::BrokenRow;
use crate::time::Timestamp;

use super::StoreError;

/// What became of the wish that a job goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retrying {
    /// It goes on where it stopped, at once.
    Queued,
    /// Another one that is not over is about the same: that one goes on, and this
    /// one stays as it is.
    Twin(JobId),
    /// It is to be done at once or runs already.
    UnderWay,
    /// It is done: there is nothing to go on with.
    Done,
    /// Only a newer program knows how it stands: it is left alone.
    Unknown,
    /// There is no such job, or none that they may touch.
    NotFound,
}

/// What became of the wish that a schedule's job is done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunningNow {
    /// This job does it.
    Asked(JobId),
    /// This job waited to do it, and does it at once.
    Hurried(JobId),
    /// This job is at it.
    UnderWay(JobId),
    /// No node does what is done again and again under this name, or they may not
    /// ask for it.
    NotFound,
}

/// Jobs of a kind that no node begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PausedKind {
    /// The kind.
    pub kind: JobKind,
    /// Of this tenant's people; `None`: all of them.
    pub tenant: Option<TenantId>,
    /// Who paused it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// What those who look after Sesame do to jobs. Jobs that belong to no one are
/// the instance's: only who may act for all tenants touches them.
#[async_trait]
pub trait JobActions: Send + Sync {
    /// Cancels a job that does not run, and asks one that runs to end.
    async fn cancel(
        &self,
        id: JobId,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<Cancelling, StoreError>;

    /// Has a job go on that failed or was cancelled, from its last checkpoint and
    /// with all its attempts; one that waits goes on at once.
    async fn retry(
        &self,
        id: JobId,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<Retrying, StoreError>;

    /// Asks for a job, with the audit of it; while one with its key is not over,
    /// that one is answered.
    async fn ask(&self, job: &NewJob, entry: AuditEntry) -> Result<Enqueued, StoreError>;

    /// No node begins jobs of this kind any more; those that run go on. Who may
    /// act for some tenants pauses those of their people.
    async fn pause(
        &self,
        kind: &JobKind,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<(), StoreError>;

    /// Nodes begin jobs of this kind again. Who may act for some tenants takes
    /// back no pause of all.
    async fn resume(
        &self,
        kind: &JobKind,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<(), StoreError>;

    /// What is paused for these tenants, and for all.
    async fn paused(
        &self,
        tenants: &Tenants,
    ) -> Result<Vec<Result<PausedKind, BrokenRow>>, StoreError>;

    /// Has what is done again and again be done now: by a job with this id, unless
    /// one is under way. Its schedule counts from now on. Who may act for some
    /// tenants may have done what these have done for themselves
    /// ([`JobKind::of_tenant`]).
    async fn run_now(
        &self,
        kind: &JobKind,
        id: JobId,
        node: &NodeId,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<RunningNow, StoreError>;
}
