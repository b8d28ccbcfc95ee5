//! Where it is kept what was done when.

use async_trait::async_trait;

use crate::duty::{Duty, DutyRecord};
use crate::ids::{Fence, NodeId};
use crate::time::Timestamp;

use super::StoreError;

/// Where it is kept what was done when, so that a restart neither forgets nor
/// repeats it, and several nodes share it.
#[async_trait]
pub trait Duties: Send + Sync {
    /// How the duties went lately; those that were never begun are left out.
    async fn records(&self) -> Result<Vec<DutyRecord>, StoreError>;

    /// Claims a duty, unless it was begun since `not_since` (by anyone). One that
    /// was begun by a clock that was ahead can be claimed.
    async fn begin(
        &self,
        duty: Duty,
        node: &NodeId,
        now: Timestamp,
        not_since: Timestamp,
    ) -> Result<Option<Fence>, StoreError>;

    /// It is done.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when it was begun anew since.
    async fn done(
        &self,
        duty: Duty,
        fence: Fence,
        now: Timestamp,
        report: &str,
    ) -> Result<(), StoreError>;

    /// It failed.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when it was begun anew since.
    async fn failed(
        &self,
        duty: Duty,
        fence: Fence,
        now: Timestamp,
        report: &str,
    ) -> Result<(), StoreError>;
}
