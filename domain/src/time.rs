//! The clock, injected everywhere.

use std::ops::Add;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rustix::time::{ClockId, clock_gettime};

/// A moment, in UTC.
pub type Timestamp = DateTime<Utc>;

/// How much the clocks of machines that work together may differ. What lies
/// further ahead was written by a clock that was wrong.
pub const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// How long ago something was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// That long ago; never negative.
    Past(TimeDelta),
    /// It lies ahead by so much, which no clock that is right has written: how
    /// long ago it really was is not known.
    Ahead(TimeDelta),
}

impl Age {
    /// The age of what was at that moment.
    pub fn of(moment: Timestamp, now: Timestamp) -> Self {
        let past = now - moment;
        if past < -CLOCKS_DIFFER {
            Self::Ahead(-past)
        } else {
            Self::Past(past.max(TimeDelta::zero()))
        }
    }

    /// How long ago it was; `None`: that is not known.
    pub fn past(self) -> Option<TimeDelta> {
        match self {
            Self::Past(past) => Some(past),
            Self::Ahead(_) => None,
        }
    }

    /// How old something is, in words, as far as that is known: `3 d 4 h old`.
    pub fn old(self) -> String {
        match self {
            Self::Past(span) => format!("{} old", to_two_places(span)),
            Self::Ahead(span) => dated_ahead(span),
        }
    }

    /// How long ago something was, in words, as far as that is known:
    /// `3 d 4 h ago`.
    pub fn ago(self) -> String {
        match self {
            Self::Past(span) => format!("{} ago", to_two_places(span)),
            Self::Ahead(span) => dated_ahead(span),
        }
    }

    /// Whether it was longer ago than that. What lies ahead counts: it is not
    /// known to be younger, so whatever is done again and again is due.
    pub fn is_over(self, limit: TimeDelta) -> bool {
        self.past().is_none_or(|past| past > limit)
    }
}

fn dated_ahead(span: TimeDelta) -> String {
    format!("dated {} ahead: a clock was wrong", to_two_places(span))
}

/// `3 d 4 h`, `12 min`.
fn to_two_places(span: TimeDelta) -> String {
    let minutes = span.num_minutes().max(0);
    let (days, hours) = (minutes / (24 * 60), minutes / 60 % 24);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, hours) => format!("{hours} h {} min", minutes % 60),
        (days, hours) => format!("{days} d {hours} h"),
    }
}

/// Whether a moment lies further ahead than clocks differ.
pub fn lies_ahead(moment: Timestamp, now: Timestamp) -> bool {
    matches!(Age::of(moment, now), Age::Ahead(_))
}

/// Whether a deadline is over. One that lies further ahead than any is ever set
/// (`longest` from now on) was set by a clock that was wrong, and counts as
/// over: it would be waited for as long as that clock was wrong.
pub fn is_over(deadline: Timestamp, longest: TimeDelta, now: Timestamp) -> bool {
    deadline <= now || lies_ahead(deadline, now + longest)
}

/// A moment of the time that only goes on, whatever the wall clock is set to:
/// how long the machine has run, its sleep included. It can be compared with
/// others of the same process only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonotonicTime(Duration);

impl MonotonicTime {
    /// How long ago an earlier moment was; nothing, if it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for MonotonicTime {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(later))
    }
}

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now, as the world has it. It can be set, forward and back.
    fn now(&self) -> Timestamp;

    /// Now, for how long something took or may take on this machine.
    fn monotonic(&self) -> MonotonicTime;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    fn now(&self) -> Timestamp {
        Utc::now()
    }

    fn monotonic(&self) -> MonotonicTime {
        // Other clocks stand still while the machine sleeps, and a lease does not.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let clock = ClockId::Boottime;
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let clock = ClockId::Monotonic;
        let since_start = Duration::try_from(clock_gettime(clock));
        MonotonicTime(since_start.unwrap_or_default())
    }
}

/// A clock that stands still until it is moved: for tests.
#[derive(Debug)]
pub struct ManualClock(Mutex<(Timestamp, MonotonicTime)>);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new((now, MonotonicTime(Duration::ZERO))))
    }

    /// So much time passes. Time does not go back: a negative one only sets the
    /// wall clock.
    pub fn advance(&self, by: TimeDelta) {
        let mut shown = self.shown();
        shown.0 += by;
        shown.1 = shown.1 + by.to_std().unwrap_or_default();
    }

    /// The wall clock is set forward or back; no time passes.
    pub fn set_wall(&self, by: TimeDelta) {
        self.shown().0 += by;
    }

    fn shown(&self) -> MutexGuard<'_, (Timestamp, MonotonicTime)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.shown().0
    }

    fn monotonic(&self) -> MonotonicTime {
        self.shown().1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: TimeDelta = TimeDelta::hours(1);

    fn noon() -> Timestamp {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    #[test]
    fn ages_are_told_to_two_places() {
        let old = |span| Age::Past(span).old();
        assert_eq!(old(TimeDelta::seconds(59)), "0 min old");
        assert_eq!(old(TimeDelta::minutes(61)), "1 h 1 min old");
        assert_eq!(Age::Past(TimeDelta::hours(49)).ago(), "2 d 1 h ago");
        let ahead = "dated 2 d 1 h ahead: a clock was wrong";
        assert_eq!(Age::Ahead(TimeDelta::hours(49)).ago(), ahead);
    }

    #[test]
    fn what_lies_ahead_has_no_age_and_is_due() {
        let (now, year) = (noon(), TimeDelta::days(365));
        assert_eq!(Age::of(now - HOUR, now), Age::Past(HOUR));
        assert_eq!(Age::of(now + year, now), Age::Ahead(year));
        assert!(Age::of(now + year, now).is_over(year * 10));
        assert!(Age::of(now - HOUR, now).is_over(HOUR / 2));
        assert!(!Age::of(now - HOUR, now).is_over(HOUR));
    }

    #[test]
    fn clocks_that_differ_a_little_are_right() {
        let now = noon();
        let age = Age::of(now + CLOCKS_DIFFER, now);
        assert_eq!(age, Age::Past(TimeDelta::zero()));
        assert!(!age.is_over(HOUR));
        assert!(lies_ahead(now + CLOCKS_DIFFER + TimeDelta::seconds(1), now));
    }

    #[test]
    fn a_wall_clock_that_is_set_moves_no_monotonic_time() {
        let clock = ManualClock::new(noon());
        let start = clock.monotonic();
        clock.set_wall(HOUR);
        clock.set_wall(-HOUR * 2);
        assert_eq!((clock.now(), clock.monotonic()), (noon() - HOUR, start));
        clock.advance(HOUR);
        let hour = Duration::from_secs(3600);
        assert_eq!(clock.monotonic().since(start), hour);
        assert_eq!(start.since(clock.monotonic()), Duration::ZERO);
    }

    #[test]
    fn the_machine_has_run_for_a_while_and_goes_on() {
        let before = SystemClock.monotonic();
        assert!(before > MonotonicTime(Duration::ZERO));
        assert!(SystemClock.monotonic() >= before);
    }

    #[test]
    fn a_deadline_that_no_clock_sets_is_over() {
        let now = noon();
        assert!(is_over(now, HOUR, now));
        assert!(!is_over(now + HOUR, HOUR, now));
        assert!(!is_over(now + HOUR + CLOCKS_DIFFER, HOUR, now));
        assert!(is_over(now + HOUR * 2, HOUR, now));
    }
}
