//! Links by which operators sign in.

use chrono::TimeDelta;

use crate::ids::{Owner, SignInId};
use crate::time::{Timestamp, is_over};

use super::Digest;

/// For how long a link works.
pub const LINK_LIFE: TimeDelta = TimeDelta::minutes(2);

/// A link that the bot gave to an operator. It works once, and only in the
/// browser that opened it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInLink {
    /// Its id, in the audit.
    pub id: SignInId,
    /// Which operator of which bot.
    pub owner: Owner,
    /// What they are called at Telegram.
    pub name: String,
    /// When it was given out.
    pub issued_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// How a link ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// Someone signed in with it.
    Used,
    /// Whoever opened it said that it is not theirs.
    Rejected,
    /// A newer one was given out.
    Replaced,
}

impl LinkEnd {
    /// The name in the database; never changed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Rejected => "rejected",
            Self::Replaced => "replaced",
        }
    }
}

/// Why a link does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefusal {
    /// It was never given out, or so long ago that it is forgotten.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was used, rejected or replaced.
    Ended,
    /// Another browser opened it first.
    Elsewhere,
}

impl SignInLink {
    /// Why it does not work in this browser, if it does not: how it ended, and
    /// which browser opened it.
    pub fn refusal(
        &self,
        is_ended: bool,
        opened_by: Option<Digest>,
        browser: Digest,
        now: Timestamp,
    ) -> Option<LinkRefusal> {
        if is_ended {
            return Some(LinkRefusal::Ended);
        }
        if is_over(self.expires_at, LINK_LIFE, now) {
            return Some(LinkRefusal::Expired);
        }
        let elsewhere = opened_by.is_some_and(|first| first != browser);
        elsewhere.then_some(LinkRefusal::Elsewhere)
    }
}
