//! The machine's clock, out of step.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::time::{Clock, MonotonicTime, SystemClock, Timestamp};

/// The machine's clock, with a wall clock that can be set and a machine that can
/// sleep: for tests in which other things take the time that they take.
#[derive(Debug, Default)]
pub struct ShiftedClock {
    wall_seconds: AtomicI64,
    slept_seconds: AtomicU64,
}

impl ShiftedClock {
    /// The wall clock is set forward by so many seconds, or back.
    pub fn set_wall(&self, seconds: i64) {
        self.wall_seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The machine slept for so many seconds, in which no timer went on. Its wall
    /// clock stays as it is.
    pub fn sleep(&self, seconds: u64) {
        self.slept_seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + TimeDelta::seconds(self.wall_seconds.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> MonotonicTime {
        let slept = self.slept_seconds.load(Ordering::SeqCst);
        SystemClock.monotonic() + Duration::from_secs(slept)
    }
}
