//! How long sessions are kept.

use chrono::TimeDelta;

use crate::account::{Account, Health};
use crate::time::Timestamp;

/// How long sessions are kept; `None`: for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// After how long without use a session is ended.
    pub unused: Option<TimeDelta>,
    /// After how long since it was linked a session is ended.
    pub max_age: Option<TimeDelta>,
    /// How long an account whose session died is shown, for its owner to link
    /// it again.
    pub dead: Option<TimeDelta>,
}

/// How long everything about a person is kept; so that they can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionPeriods {
    /// Sessions.
    pub sessions: RetentionPolicy,
    /// Logins that are over.
    pub logins: TimeDelta,
    /// Entries of the audit; `None`: for ever.
    pub audit: Option<TimeDelta>,
    /// Backups; `None`: it is not known, or there are none.
    pub backups: Option<TimeDelta>,
}

/// Why the policy ends a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expiry {
    /// It was not used for so long.
    Unused,
    /// It is too old.
    TooOld,
    /// It is dead, and has been for so long.
    Dead,
}

impl Expiry {
    /// The name in the audit, in listings and metrics; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::TooOld => "too_old",
            Self::Dead => "dead",
        }
    }

    /// The reason with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Unused, Self::TooOld, Self::Dead]
            .into_iter()
            .find(|expiry| expiry.as_str() == name)
    }
}

impl RetentionPolicy {
    /// Whether an account's session is to be ended by now, and why.
    pub fn expiry(&self, account: &Account, now: Timestamp) -> Option<Expiry> {
        let over = |limit: Option<TimeDelta>, since: Timestamp| {
            limit.is_some_and(|limit| now - since >= limit)
        };
        if let Health::Dead { since, .. } = account.health {
            return over(self.dead, since).then_some(Expiry::Dead);
        }
        if over(self.max_age, account.linked_at) {
            Some(Expiry::TooOld)
        } else if over(self.unused, account.used_at) {
            Some(Expiry::Unused)
        } else {
            None
        }
    }
}
