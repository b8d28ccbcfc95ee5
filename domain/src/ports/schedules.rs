//! Where it is kept what was done when.

use async_trait::async_trait;

use crate::ids::{Fence, JobId, NodeId};
use crate::job::{JobKind, NewJob};
use crate::page::BrokenRow;
use crate::schedule::ScheduleRecord;
use crate::time::Timestamp;

use super::StoreError;

/// Where it is kept what was done when, so that a restart neither forgets nor
/// repeats it, and several nodes share it.
#[async_trait]
pub trait Schedules: Send + Sync {
    /// How what is done again and again went lately; what was never begun is
    /// left out. A row that cannot be read stops no other.
    async fn records(&self) -> Result<Vec<Result<ScheduleRecord, BrokenRow>>, StoreError>;

    /// Asks for the job that does it, in one transaction with noting that it
    /// was begun: unless it was begun since `not_since` (by anyone; by a clock
    /// that was ahead does not count), or such a job is not over. Its end is
    /// noted by [`super::JobQueue::release`].
    async fn ask(
        &self,
        job: &NewJob,
        node: &NodeId,
        not_since: Timestamp,
    ) -> Result<Option<JobId>, StoreError>;

    /// It is done by a command from now on, unless it was begun since
    /// `not_since`; what a job that is at it says is not noted.
    async fn begin(
        &self,
        kind: &JobKind,
        node: &NodeId,
        now: Timestamp,
        not_since: Timestamp,
    ) -> Result<Option<Fence>, StoreError>;

    /// A command has done it.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when it was begun anew since.
    async fn done(
        &self,
        kind: &JobKind,
        fence: Fence,
        now: Timestamp,
        report: &str,
    ) -> Result<(), StoreError>;

    /// A command failed at it.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when it was begun anew since.
    async fn failed(
        &self,
        kind: &JobKind,
        fence: Fence,
        now: Timestamp,
        report: &str,
    ) -> Result<(), StoreError>;
}
