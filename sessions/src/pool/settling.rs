//! Looks again at the accounts in doubt.

use std::sync::Arc;

use futures::StreamExt as _;
use sesame_domain::ports::ServiceError;
use sesame_domain::reason::Reason;

use crate::repeat::{pause, unprompted};

use super::check::check;
use super::sessions::Pool;

/// How many are looked at at the same time.
const TOGETHER: usize = 8;

/// Looks again at the accounts in doubt when they are due, until the node stops.
pub(crate) async fn settle_doubts(pool: Arc<Pool>) {
    let node = &pool.node;
    while !node.stop.is_cancelled() {
        settle(&pool).await;
        pause(node, &mut unprompted(), node.settings.sweep_every).await;
    }
}

async fn settle(pool: &Pool) {
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
