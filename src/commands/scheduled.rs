//! What a command does and nodes do again and again: nodes learn that it is
//! done.

use sesame_domain::job::JobKind;
use sesame_domain::ports::{Schedules, StoreError};

use crate::failure::Failure;
use crate::node::{Core, storage};

/// Does it and keeps a note of it.
pub(super) async fn done<T>(
    core: &Core,
    kind: JobKind,
    work: impl Future<Output = anyhow::Result<T>>,
) -> Result<T, Failure>
where
    T: ToString,
{
    let schedules = core.database.schedules();
    let begun = core.clock.now();
    // Whoever else is at it finds out that this came after.
    let fence = schedules
        .begin(&kind, &core.node, begun, begun)
        .await
        .map_err(storage::unreadable)?;
    let outcome = work.await;
    let now = core.clock.now();
    let noted = match (fence, &outcome) {
        (None, _) => Ok(()),
        (Some(fence), Ok(report)) => {
            let report = report.to_string();
            schedules.done(&kind, fence, now, &report).await
        }
        (Some(fence), Err(error)) => {
            let report = format!("{error:#}");
            schedules.failed(&kind, fence, now, &report).await
        }
    };
    match noted {
        Ok(()) | Err(StoreError::Fenced(_)) => Ok(outcome?),
        Err(error) => Err(storage::unreadable(error)),
    }
}
