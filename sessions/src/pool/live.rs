//! A session that is open.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sesame_domain::account::DeathCause;
use sesame_domain::ports::{StoreError, VaultError};
use sesame_domain::session::SessionClaim;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::connection::Caller;

/// Why there is no live session.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PoolError {
    /// Another node has it open.
    #[error("another node uses the session")]
    Elsewhere,
    /// This node stops.
    #[error("the node stops")]
    Stopping,
    /// It can never be opened again.
    #[error("the session is dead: {}", .0.as_str())]
    Dead(DeathCause),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Custody failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// How often it is noted that a session is used.
const NOTE_USE: Duration = Duration::from_mins(10);

/// Who has an open session without being at work with it: its place, and its keeper.
const KEPT_BY: usize = 2;

/// When a session was used last.
pub(super) struct Activity {
    last: Mutex<Instant>,
    /// Whether it was used by anyone but who opened it.
    touched: AtomicBool,
    /// When a use was last noted with its account.
    noted: Mutex<Option<Instant>>,
}

impl Default for Activity {
    fn default() -> Self {
        Self {
            last: Mutex::new(Instant::now()),
            touched: AtomicBool::new(false),
            noted: Mutex::default(),
        }
    }
}

impl Activity {
    /// It is used now, by another than who opened it.
    pub(super) fn note(&self) {
        self.touched.store(true, Ordering::Relaxed);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Whether a use is to be noted with the account; if so, it is assumed
    /// that the caller does.
    pub(super) fn is_use_due(&self, now: Instant) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let due = noted.is_none_or(|noted| now >= noted + NOTE_USE);
        if due {
            *noted = Some(now);
        }
        due
    }

    pub(super) fn last(&self) -> Instant {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session that is open.
#[derive(Clone)]
pub(crate) struct Live {
    pub(super) claim: SessionClaim,
    pub(super) caller: Caller,
    pub(super) activity: Arc<Activity>,
    pub(super) close: CancellationToken,
    pub(super) closed: CancellationToken,
}

impl Live {
    /// A session over this connection.
    pub(super) fn over(claim: SessionClaim, caller: Caller) -> Self {
        Self {
            claim,
            caller,
            activity: Arc::default(),
            close: CancellationToken::new(),
            closed: CancellationToken::new(),
        }
    }

    /// The claim under which it is open.
    pub(crate) fn claim(&self) -> SessionClaim {
        self.claim
    }

    /// The way to call Telegram.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Whether no one but who opened it used it.
    pub(super) fn is_untouched(&self) -> bool {
        !self.activity.touched.load(Ordering::Relaxed)
    }

    /// Whether someone is at work with it at this moment.
    pub(super) fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.activity) > KEPT_BY
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.close.is_cancelled() && !self.closed.is_cancelled() && !self.caller.is_stuck()
    }

    /// Closes it, and waits for its last step: its lease is given back then.
    pub(super) async fn end(&self) {
        self.close.cancel();
        self.closed.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_in_use_is_noted_now_and_then() {
        let activity = Activity::default();
        let now = Instant::now();
        assert!(activity.is_use_due(now));
        assert!(!activity.is_use_due(now + NOTE_USE / 2));
        assert!(activity.is_use_due(now + NOTE_USE));
    }
}
