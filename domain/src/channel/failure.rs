//! What keeps a channel from being read.

use std::time::Duration;

use chrono::TimeDelta;

use crate::backoff::Backoff;
use crate::reading::ReadError;
use crate::time::Timestamp;

/// The waits between attempts to read a channel. Reading never gives up.
const AGAIN: Backoff = Backoff::new(Duration::from_secs(15), Duration::from_hours(1));
/// After so long without success its people are told.
const TOLD_AFTER: TimeDelta = TimeDelta::hours(24);
/// That the account may not read the channel is believed once Telegram said so as often.
const SURELY: u32 = 3;

/// Why a channel is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelFailure {
    /// The account may not read it: it left, was removed, or the channel is private.
    NoAccess,
    /// The account is frozen.
    AccountFrozen,
    /// The account's session is over: it has to be linked again, if it can be.
    SessionEnded,
    /// Telegram wants a pause.
    Flood,
    /// Telegram does not answer, or cannot be reached.
    TelegramAway,
    /// Another node has the session open.
    SessionElsewhere,
    /// Something of Sesame itself is not there: its database, its keys.
    Unavailable,
    /// Telegram refused for another reason.
    Refused,
    /// One that only a newer program knows, by its name.
    Other(String),
}

impl ChannelFailure {
    /// All that this program knows.
    pub const ALL: [Self; 8] = [
        Self::NoAccess,
        Self::AccountFrozen,
        Self::SessionEnded,
        Self::Flood,
        Self::TelegramAway,
        Self::SessionElsewhere,
        Self::Unavailable,
        Self::Refused,
    ];

    /// What came of reading.
    pub fn of(error: &ReadError) -> Self {
        match error {
            ReadError::NoAccess | ReadError::PeerUnknown | ReadError::NoSuchName => Self::NoAccess,
            ReadError::Frozen => Self::AccountFrozen,
            ReadError::SessionDead(_) => Self::SessionEnded,
            ReadError::Flood { .. } => Self::Flood,
            ReadError::Down { .. }
            | ReadError::Unreachable(_)
            | ReadError::NoAnswer(_)
            | ReadError::Temporary(_) => Self::TelegramAway,
            ReadError::Elsewhere => Self::SessionElsewhere,
            ReadError::Stopping | ReadError::Store(_) | ReadError::Vault(_) => Self::Unavailable,
            ReadError::FileReferenceExpired
            | ReadError::FileUnavailable(_)
            | ReadError::FilePart { .. }
            | ReadError::CursorInvalid(_)
            | ReadError::Takeout(_)
            | ReadError::Refused { .. } => Self::Refused,
        }
    }

    /// Its name, in rows and in the API; never changed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::NoAccess => "no_access",
            Self::AccountFrozen => "account_frozen",
            Self::SessionEnded => "session_ended",
            Self::Flood => "flood",
            Self::TelegramAway => "telegram_away",
            Self::SessionElsewhere => "session_elsewhere",
            Self::Unavailable => "unavailable",
            Self::Refused => "refused",
            Self::Other(name) => name,
        }
    }

    /// The one with this name.
    pub fn from_name(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|it| it.as_str() == name);
        known.unwrap_or_else(|| Self::Other(name.to_owned()))
    }

    /// Whether only a person, or Telegram, can do something about it.
    pub fn is_loss(&self) -> bool {
        matches!(
            self,
            Self::NoAccess | Self::AccountFrozen | Self::SessionEnded
        )
    }

    /// Whether it is about the account, and other channels of it are not read either.
    pub fn is_of_account(&self) -> bool {
        !matches!(self, Self::NoAccess | Self::Refused | Self::Other(_))
    }
}

/// A channel that is not read at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Why, as it was the last time.
    pub failure: ChannelFailure,
    /// Since when it was not read.
    pub since: Timestamp,
    /// How often in a row reading it failed.
    pub failures: u32,
    /// Whether its people were told.
    pub is_told: bool,
}

impl Trouble {
    /// After one more attempt that failed.
    #[must_use]
    pub fn after(before: Option<&Self>, failure: ChannelFailure, now: Timestamp) -> Self {
        Self {
            failure,
            since: before.map_or(now, |it| it.since),
            failures: before.map_or(0, |it| it.failures).saturating_add(1),
            is_told: before.is_some_and(|it| it.is_told),
        }
    }

    /// When to try again, unless Telegram named a later moment.
    pub fn try_again_at(&self, now: Timestamp, named: Option<Timestamp>) -> Timestamp {
        let wait = AGAIN.wait(self.failures.saturating_sub(1));
        let at = now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1));
        named.map_or(at, |named| named.max(at))
    }

    /// Whether it is certain that the account may not read it: Telegram said so, again
    /// and again.
    pub fn is_surely_lost(&self) -> bool {
        self.failure == ChannelFailure::NoAccess && self.failures >= SURELY
    }

    /// Whether its people are to be told now: it was not read for a day, or is lost.
    /// What befell the account itself they are told as that.
    pub fn is_to_be_told(&self, now: Timestamp) -> bool {
        if self.is_told || self.failure.is_loss() && self.failure.is_of_account() {
            return false;
        }
        self.is_surely_lost() || now - self.since >= TOLD_AFTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn each_is_known_by_its_name_and_those_of_a_newer_program_are_kept() {
        for failure in ChannelFailure::ALL {
            assert_eq!(ChannelFailure::from_name(failure.as_str()), failure);
        }
        let other = ChannelFailure::from_name("eclipse");
        assert_eq!(other.as_str(), "eclipse");
        assert!(!other.is_loss());
    }

    #[test]
    fn it_is_tried_again_at_least_once_an_hour_and_not_before_telegram_allows() {
        let mut trouble = None;
        for failures in 1..50 {
            let after =
                Trouble::after(trouble.as_ref(), ChannelFailure::TelegramAway, at(failures));
            let wait = after.try_again_at(at(0), None) - at(0);
            assert!(
                wait >= TimeDelta::seconds(10) && wait <= TimeDelta::hours(1),
                "{wait}"
            );
            assert_eq!((after.since, i64::from(after.failures)), (at(1), failures));
            trouble = Some(after);
        }
        let trouble = trouble.unwrap();
        let named = at(90_000);
        assert_eq!(trouble.try_again_at(at(0), Some(named)), named);
        assert!(trouble.try_again_at(at(0), Some(at(1))) > at(1));
    }

    #[test]
    fn people_are_told_once_after_a_day_or_when_the_channel_is_surely_lost() {
        let failing = |failure: ChannelFailure, failures: u32| Trouble {
            failure,
            since: at(0),
            failures,
            is_told: false,
        };
        let away = failing(ChannelFailure::TelegramAway, 30);
        assert!(!away.is_to_be_told(at(86_399)));
        assert!(away.is_to_be_told(at(86_400)));
        let told = Trouble {
            is_told: true,
            ..away
        };
        assert!(!told.is_to_be_told(at(900_000)));
        assert!(!failing(ChannelFailure::NoAccess, 2).is_to_be_told(at(1)));
        assert!(failing(ChannelFailure::NoAccess, 3).is_to_be_told(at(1)));
        for of_account in [ChannelFailure::SessionEnded, ChannelFailure::AccountFrozen] {
            assert!(!failing(of_account, 99).is_to_be_told(at(900_000)));
        }
    }
}
