//! Accounts whose session's key was refused once: they are looked at again, so
//! that it becomes clear what is true, though no one asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use futures::StreamExt as _;
use sesame_domain::account::Account;
use sesame_domain::ids::SessionId;
use sesame_domain::ports::ServiceError;
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;

use crate::node::Node;

use super::check;

/// When a doubtful account is looked at again, and how many at the same time.
const AGAIN: TimeDelta = TimeDelta::seconds(30);
const TOGETHER: usize = 8;

/// Accounts in doubt, each with the time of the next look.
#[derive(Default)]
pub(super) struct Doubts(Mutex<HashMap<SessionId, (Account, Timestamp)>>);

impl Doubts {
    /// An account is to be looked at again in a while.
    pub(super) fn note(&self, account: &Account, now: Timestamp) {
        self.all()
            .insert(account.session, (account.clone(), now + AGAIN));
    }

    /// Takes out those that are due. So are those of a clock that was ahead.
    fn take_due(&self, now: Timestamp) -> Vec<Account> {
        let mut due = Vec::new();
        self.all().retain(|_, (account, at)| {
            let waits = now < *at && *at <= now + AGAIN;
            if !waits {
                due.push(account.clone());
            }
            waits
        });
        due
    }

    fn all(&self) -> MutexGuard<'_, HashMap<SessionId, (Account, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks again at the accounts in doubt that are due.
pub(crate) async fn settle(node: &Arc<Node>) {
    let due = node.pool.doubts.take_due(node.now());
    futures::stream::iter(due)
        .for_each_concurrent(TOGETHER, |account| async move {
            match check(node, &account).await {
                // It was unlinked, or it is clear now.
                Ok(_) | Err(ServiceError::NotFound) => {}
                Err(error) => {
                    tracing::debug!(error = %Reason::of(&error), session.id = %account.session, "still in doubt");
                    node.pool.doubts.note(&account, node.now());
                }
            }
        })
        .await;
}
