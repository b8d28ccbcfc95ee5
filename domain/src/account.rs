//! Linked accounts.

use serde::{Deserialize, Serialize};

use chrono::TimeDelta;

use crate::device::Device;
use crate::display_name::DisplayName;
use crate::ids::{AccountId, Owner, PersonId, SessionId};
use crate::time::{Age, Timestamp, lies_ahead};

/// An account that was looked at no longer ago is not looked at again for whoever
/// asks.
const CHECKED_JUST_NOW: TimeDelta = TimeDelta::seconds(5);

/// One that was looked at no longer ago is not looked at again because it is shown.
const CHECKED_LATELY: TimeDelta = TimeDelta::seconds(60);

/// Why a session no longer works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeathCause {
    /// Ended in Settings > Devices, or by a password reset (`AUTH_KEY_UNREGISTERED`, `SESSION_REVOKED`).
    Revoked,
    /// The account is banned (`USER_DEACTIVATED_BAN`).
    Banned,
    /// The account was deleted (`USER_DEACTIVATED`).
    Deleted,
    /// The key was used in two places at once (`AUTH_KEY_DUPLICATED`).
    Duplicated,
    /// Telegram let it lapse (`SESSION_EXPIRED`).
    Expired,
    /// The sealed session does not open or is not what it should be.
    Unreadable,
}

impl DeathCause {
    /// Every cause.
    pub const ALL: [Self; 6] = [
        Self::Revoked,
        Self::Banned,
        Self::Deleted,
        Self::Duplicated,
        Self::Expired,
        Self::Unreadable,
    ];

    /// Whether linking the account again helps; otherwise only Telegram can.
    pub fn can_link_again(self) -> bool {
        match self {
            Self::Revoked | Self::Duplicated | Self::Expired | Self::Unreadable => true,
            Self::Banned | Self::Deleted => false,
        }
    }

    /// The name in the database and the API; never changed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Banned => "banned",
            Self::Deleted => "deleted",
            Self::Duplicated => "duplicated",
            Self::Expired => "expired",
            Self::Unreadable => "unreadable",
        }
    }

    /// The cause with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == name)
    }
}

/// How a linked account is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// The session answered when it was last asked.
    Alive,
    /// Telegram froze the account: it can be read, not used.
    Frozen {
        /// Since when Sesame knows.
        since: Timestamp,
    },
    /// The session is gone; only linking again helps, if anything
    /// ([`DeathCause::can_link_again`]).
    Dead {
        /// Why.
        cause: DeathCause,
        /// Since when Sesame knows.
        since: Timestamp,
    },
}

/// What an answer of Telegram, or its absence, says of the session that asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It works.
    Alive,
    /// The account is frozen.
    Frozen,
    /// It is gone for good.
    Dead(DeathCause),
    /// Nothing: what was asked was not answered, or not because of the session.
    Unclear,
}

impl Health {
    /// Whether the session can be put to work.
    pub fn is_alive(self) -> bool {
        matches!(self, Self::Alive)
    }

    /// Whether the account has to be linked again to go on, and can be.
    pub fn needs_link(self) -> bool {
        match self {
            Self::Dead { cause, .. } => cause.can_link_again(),
            Self::Alive | Self::Frozen { .. } => false,
        }
    }

    /// How the session does after this sign; `None`: that cannot be told. What is
    /// dead stays dead, and what is frozen stays so since it was.
    #[must_use]
    pub fn after(self, sign: Sign, now: Timestamp) -> Option<Self> {
        match (self, sign) {
            (_, Sign::Unclear) => None,
            (Self::Dead { .. }, _) | (Self::Frozen { .. }, Sign::Frozen) => Some(self),
            (_, Sign::Alive) => Some(Self::Alive),
            (Self::Alive, Sign::Frozen) => Some(Self::Frozen { since: now }),
            (_, Sign::Dead(cause)) => Some(Self::Dead { cause, since: now }),
        }
    }
}

/// What Telegram says of the account's owner, as Telegram says it. Where it is
/// shown, [`Profile::display_name`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// First and last name.
    pub name: String,
    /// Public name, without the `@`.
    pub username: Option<String>,
}

impl Profile {
    /// What this person is called where they are shown.
    pub fn display_name(&self, person: PersonId) -> DisplayName {
        DisplayName::new(&self.name, self.username.as_deref(), person)
    }
}

/// An account that is linked to the bot. Its Telegram id is its owner's: no
/// one can link another person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Stays the same when the account is linked again.
    pub id: AccountId,
    /// Whose it is.
    pub owner: Owner,
    /// As Telegram shows it.
    pub profile: Profile,
    /// The session in use.
    pub session: SessionId,
    /// The name under which the session shows up in Settings > Devices.
    pub device: Device,
    /// How it is doing.
    pub health: Health,
    /// When it was linked (last).
    pub linked_at: Timestamp,
    /// When the session last answered.
    pub checked_at: Timestamp,
    /// When it was last put to use, or its owner last looked at it.
    pub used_at: Timestamp,
}

impl Account {
    /// What it is called where it is shown.
    pub fn display_name(&self) -> DisplayName {
        self.profile.display_name(self.owner.person)
    }

    /// Whether Telegram was asked about it since it was linked. Linking it was no look:
    /// an account that is frozen signs in like any other.
    pub fn was_looked_at(&self) -> bool {
        self.checked_at != self.linked_at
    }

    /// Whether asking Telegram about it brings nothing new: it was looked at just now,
    /// or is dead for good.
    pub fn is_known_now(&self, now: Timestamp) -> bool {
        self.is_known_since(CHECKED_JUST_NOW, now)
    }

    /// The same, where no one asked for a look: it is merely shown.
    pub fn is_known_lately(&self, now: Timestamp) -> bool {
        self.is_known_since(CHECKED_LATELY, now)
    }

    fn is_known_since(&self, age: TimeDelta, now: Timestamp) -> bool {
        let is_dead = matches!(self.health, Health::Dead { .. });
        let is_fresh = self.was_looked_at() && !Age::of(self.checked_at, now).is_over(age);
        is_dead || is_fresh
    }

    /// Whether something about it was dated by a clock that was ahead. Retention
    /// waits until then: ending a session cannot be undone, and it may as well
    /// be the clock of now that is wrong.
    pub fn is_dated_ahead(&self, now: Timestamp) -> bool {
        let since = match self.health {
            Health::Dead { since, .. } => since,
            Health::Alive | Health::Frozen { .. } => self.used_at,
        };
        lies_ahead(since, now) || lies_ahead(self.linked_at, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn what_is_dead_stays_dead_for_what_it_died_of() {
        for cause in DeathCause::ALL {
            let dead = Health::Alive.after(Sign::Dead(cause), at(0)).unwrap();
            let since = at(0);
            assert_eq!(dead, Health::Dead { cause, since });
            for sign in [Sign::Alive, Sign::Frozen, Sign::Dead(DeathCause::Banned)] {
                assert_eq!(dead.after(sign, at(1)), Some(dead));
            }
            assert_eq!(DeathCause::from_name(cause.as_str()), Some(cause));
            let json = serde_json::to_value(cause).unwrap();
            assert_eq!(json, cause.as_str());
        }
    }

    #[test]
    fn a_frozen_account_is_so_since_it_was_until_it_works_again() {
        let frozen = Health::Alive.after(Sign::Frozen, at(0)).unwrap();
        assert_eq!(frozen.after(Sign::Frozen, at(9)), Some(frozen));
        assert_eq!(frozen.after(Sign::Alive, at(9)), Some(Health::Alive));
    }

    #[test]
    fn what_says_nothing_changes_nothing() {
        let frozen = Health::Frozen { since: at(0) };
        for health in [Health::Alive, frozen] {
            assert_eq!(health.after(Sign::Unclear, at(1)), None);
        }
    }
}
