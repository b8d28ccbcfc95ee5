//! Whether updates are still asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;
use sesame_domain::time::Timestamp;

/// Longer than any question takes, with the wait after one that failed.
const LONGEST: TimeDelta = TimeDelta::minutes(2);

/// When updates were asked for last, for who asks to note and readiness to see.
#[derive(Clone, Debug)]
pub(crate) struct Heartbeat(Arc<AtomicI64>);

impl Heartbeat {
    /// It beats now for the first time.
    pub(crate) fn since(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.timestamp())))
    }

    /// They are asked for now.
    pub(crate) fn beat(&self, now: Timestamp) {
        self.0.store(now.timestamp(), Ordering::Relaxed);
    }

    /// Whether that is too long ago. A clock that was set back is none of it.
    pub(crate) fn is_gone(&self, now: Timestamp) -> bool {
        now.timestamp() - self.0.load(Ordering::Relaxed) > LONGEST.num_seconds()
    }
}
