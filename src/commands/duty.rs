//! Duties that a command does: nodes learn that they are done.

use sesame_domain::duty::Duty;
use sesame_domain::ports::{Duties, StoreError};

use crate::failure::Failure;
use crate::node::{Core, storage};

/// Does a duty and keeps a note of it.
pub(super) async fn done<T>(
    core: &Core,
    duty: Duty,
    work: impl Future<Output = anyhow::Result<T>>,
) -> Result<T, Failure>
where
    T: ToString,
{
    let duties: &dyn Duties = &core.database;
    let begun = core.clock.now();
    // Whoever else is at it finds out that this came after.
    let fence = duties
        .begin(duty, &core.node, begun, begun)
        .await
        .map_err(storage::unreadable)?;
    let outcome = work.await;
    let now = core.clock.now();
    let noted = match (fence, &outcome) {
        (None, _) => Ok(()),
        (Some(fence), Ok(report)) => duties.done(duty, fence, now, &report.to_string()).await,
        (Some(fence), Err(error)) => duties.failed(duty, fence, now, &format!("{error:#}")).await,
    };
    match noted {
        Ok(()) | Err(StoreError::Fenced) => Ok(outcome?),
        Err(error) => Err(storage::unreadable(error)),
    }
}
