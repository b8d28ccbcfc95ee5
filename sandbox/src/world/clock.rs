//! The sandbox's clock.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time as the world sees it: the machine's, plus whatever a test has let pass.
///
/// Lives of tokens and codes are measured with it. Message ids are not: the
/// clients compare those with their own clocks, so they follow [`Clock::wall`].
#[derive(Debug, Default)]
pub struct Clock {
    ahead_seconds: AtomicI64,
}

impl Clock {
    /// Seconds since 1970, including what was skipped by [`Clock::advance`].
    pub fn now(&self) -> i64 {
        seconds(Self::wall()) + self.ahead_seconds.load(Ordering::Relaxed)
    }

    /// The same, with fractions of seconds.
    pub(crate) fn precise(&self) -> Duration {
        let ahead = self.ahead_seconds.load(Ordering::Relaxed);
        Self::wall() + Duration::from_secs(u64::try_from(ahead).unwrap_or(0))
    }

    /// Lets time pass at once.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        self.ahead_seconds.fetch_add(by, Ordering::Relaxed);
    }

    /// The machine's time since 1970.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the sandbox's own clock; it knows no other crate's"
    )]
    pub fn wall() -> Duration {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }
}

/// Whole seconds of a duration, as Telegram counts time.
pub(crate) fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// A time as the 32-bit number that the wire format has room for.
pub(crate) fn wire(time: i64) -> i32 {
    i32::try_from(time).unwrap_or(i32::MAX)
}
