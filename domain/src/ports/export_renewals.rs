//! Copies that are kept up to date by themselves.

use async_trait::async_trait;

use crate::audit::AuditEntry;
use crate::export::{Export, RenewEvery, RenewalEnd};
use crate::ids::{ExportId, JobId, Owner};
use crate::job::NewJob;
use crate::notice::Notice;
use crate::time::Timestamp;

use super::StoreError;

/// Keeps which copies are brought up to date by themselves, and how that went. It is
/// part of a copy's row, and goes with it.
#[async_trait]
pub trait ExportRenewals: Send + Sync {
    /// How often a copy of this owner is brought up to date from now on, and when for
    /// the first time; `None`: not by itself. That stands in the audit. `false`: they have no such copy.
    async fn set(
        &self,
        id: ExportId,
        owner: &Owner,
        renewal: Option<(RenewEvery, Timestamp)>,
        audit: AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Copies that are due by then, the longest waiting first.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Export>, StoreError>;

    /// Asks for the job of a run that is due, and notes when the next one is, in one
    /// transaction; the job is the one that is not over, if one is. `None`: someone
    /// else did, or it is not due any more.
    async fn begin(
        &self,
        export: &Export,
        job: &NewJob,
        next_at: Timestamp,
    ) -> Result<Option<JobId>, StoreError>;

    /// Copies of which a run was begun, and not looked yet how it ended.
    async fn under_way(&self, limit: u32) -> Result<Vec<Export>, StoreError>;

    /// A run ended: notes how, and tells the owner if there is something to be told, in
    /// one transaction. `kept_until`: if it stops, the copy is there at least until
    /// then. `false`: it was noted before, or no run of this job is under way any more.
    async fn end(
        &self,
        id: ExportId,
        job: JobId,
        end: &RenewalEnd,
        kept_until: Timestamp,
        notice: Option<Notice>,
    ) -> Result<bool, StoreError>;
}
