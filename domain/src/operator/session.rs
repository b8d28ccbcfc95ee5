//! Sessions of operators in their browsers.

use chrono::TimeDelta;

use crate::ids::{OperatorSessionId, Owner};
use crate::time::{Age, Timestamp, is_over};

/// For how long a session goes on while its operator does nothing.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);

/// For how long a session goes on at most.
pub const LONGEST: TimeDelta = TimeDelta::hours(4);

/// How exactly it is kept when a session was used.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// An operator in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorSession {
    /// Its id.
    pub id: OperatorSessionId,
    /// Which operator of which bot.
    pub owner: Owner,
    /// What they were called at Telegram.
    pub name: String,
    /// Which browser on which system, as it says itself.
    pub browser: String,
    /// From which network it signed in.
    pub network: String,
    /// Since when.
    pub began_at: Timestamp,
    /// When it was used last, to the minute.
    pub seen_at: Timestamp,
    /// Until when it goes on at most.
    pub ends_at: Timestamp,
}

/// Why a session ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// Its operator signed out.
    SignedOut,
    /// An operator ended it.
    Revoked,
    /// Its operator stands in the configuration no more.
    Removed,
}

impl SessionEnd {
    /// The name in the database; never changed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Revoked => "revoked",
            Self::Removed => "removed",
        }
    }
}

impl OperatorSession {
    /// Whether its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        is_over(self.ends_at, LONGEST, now) || Age::of(self.seen_at, now).is_over(IDLE)
    }

    /// Until when it goes on if nothing more is done.
    pub fn idle_until(&self) -> Timestamp {
        (self.seen_at + IDLE).min(self.ends_at)
    }

    /// Whether it is worth keeping that it is used now.
    pub fn is_seen_anew(&self, now: Timestamp) -> bool {
        now - self.seen_at >= SEEN_EVERY
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use crate::ids::PersonId;

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        DateTime::from_timestamp(1_800_000_000 + minutes * 60, 0).unwrap()
    }

    fn seen(minutes: i64) -> OperatorSession {
        OperatorSession {
            id: Uuid::nil().into(),
            owner: Owner {
                tenant: "main".parse().unwrap(),
                person: PersonId(7),
            },
            name: "Mara".to_owned(),
            browser: String::new(),
            network: String::new(),
            began_at: at(0),
            seen_at: at(minutes),
            ends_at: at(240),
        }
    }

    #[test]
    fn a_session_is_over_after_half_an_hour_of_nothing_and_after_four_in_any_case() {
        for (seen_at, now, over) in [
            (0, 0, false),
            (0, 29, false),
            (0, 31, true),
            (200, 229, false),
            (239, 239, false),
            (239, 240, true),
        ] {
            assert_eq!(seen(seen_at).is_over(at(now)), over, "{seen_at} {now}");
        }
        assert_eq!(seen(0).idle_until(), at(30));
        assert_eq!(seen(230).idle_until(), at(240));
    }

    #[test]
    fn that_it_is_used_is_kept_once_a_minute() {
        assert!(!seen(5).is_seen_anew(at(5)));
        assert!(seen(5).is_seen_anew(at(6)));
        // A clock that was set back.
        assert!(!seen(5).is_seen_anew(at(4)));
    }
}
