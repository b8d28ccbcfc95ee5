//! Looks again at the accounts in doubt.

use futures::StreamExt as _;
use sesame_domain::ports::ServiceError;
use sesame_domain::reason::Reason;

use super::check::check;
use super::sessions::Pool;

/// How many are looked at at the same time.
const TOGETHER: usize = 8;

/// Looks again at the accounts in doubt that are due.
pub(crate) async fn settle(pool: &Pool) {
    let due = pool.doubts.take_due(pool.node.now());
    futures::stream::iter(due)
        .for_each_concurrent(TOGETHER, |account| async move {
            match check(pool, &account).await {
                // It was unlinked, or it is clear now.
                Ok(_) | Err(ServiceError::NotFound) => {}
                Err(error) => {
                    tracing::debug!(error = %Reason::of(&error), session.id = %account.session, "still in doubt");
                    pool.doubts.note(&account, pool.node.now());
                }
            }
        })
        .await;
}
