//! Answers that are sent later than they could be.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::message::{Outgoing, Session};

/// An answer with the session in which it was asked for.
type Answer = (Arc<Session>, Outgoing);

/// The answers that a connection still holds back, by when they are due.
#[derive(Default)]
pub(super) struct LateAnswers {
    waiting: BTreeMap<(Instant, u64), Answer>,
    last: u64,
}

impl LateAnswers {
    /// Holds an answer back for so long.
    pub(super) fn add(&mut self, delay: Duration, session: Arc<Session>, answer: Outgoing) {
        // Two that are due at once keep their order.
        self.last += 1;
        let due = (Instant::now() + delay, self.last);
        self.waiting.insert(due, (session, answer));
    }

    /// Waits until one is due.
    pub(super) async fn due(due: Option<Instant>) {
        match due {
            Some(due) => tokio::time::sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.waiting.keys().next().map(|(due, _)| *due)
    }

    /// Takes the next one.
    pub(super) fn take(&mut self) -> Option<Answer> {
        self.waiting.pop_first().map(|(_, answer)| answer)
    }

    /// No one is there any more to whom they could be sent.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }
}
