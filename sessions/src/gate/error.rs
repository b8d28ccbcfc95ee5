//! Why a call to Telegram gave no answer, and what follows from that.

use std::time::Duration;

use sesame_domain::account::{DeathCause, Sign};
use sesame_domain::login::{CallFailure, Failure};
use sesame_domain::time::Timestamp;

/// What Telegram counted, when it wants a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FloodKind {
    /// Calls (`FLOOD_WAIT`).
    Calls,
    /// Bytes of an account without Premium (`FLOOD_PREMIUM_WAIT`): how fast it
    /// may go, and no sign of trouble.
    Premium,
    /// Codes for a test number (`FLOOD_TEST_PHONE_WAIT`).
    TestPhone,
    /// Sign-ins or passwords of a day, without a word of when again
    /// (`PHONE_PASSWORD_FLOOD` and the like).
    Daily,
    /// Codes for a phone number, of a day (`PHONE_NUMBER_FLOOD`).
    Number,
}

/// What can only be done later, though nothing was done too often: neither
/// slept through nor remembered, since it is about more than the method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Later {
    /// The next message in this chat (`SLOWMODE_WAIT`).
    SlowMode,
    /// Resetting an account with a cloud password (`2FA_CONFIRM_WAIT`).
    ConfirmReset,
    /// An export of data, unless the person confirms it before in their app
    /// (`TAKEOUT_INIT_DELAY`).
    Takeout,
    /// What a session or password that is so new may not do
    /// (`SESSION_TOO_FRESH`, `PASSWORD_TOO_FRESH`).
    TooFresh,
}

/// What another data centre has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// The account of the phone number that signs in (`PHONE_MIGRATE`).
    Phone,
    /// The account (`USER_MIGRATE`).
    User,
    /// Those who come from this address (`NETWORK_MIGRATE`).
    Network,
    /// The file (`FILE_MIGRATE`).
    File,
    /// The figures (`STATS_MIGRATE`).
    Stats,
}

impl Move {
    /// Telegram's name for it, without the number.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Phone => "PHONE_MIGRATE",
            Self::User => "USER_MIGRATE",
            Self::Network => "NETWORK_MIGRATE",
            Self::File => "FILE_MIGRATE",
            Self::Stats => "STATS_MIGRATE",
        }
    }
}

/// Why Telegram was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreached {
    /// The connection broke, or could not be made.
    Io,
    /// The data centre does not take what is sent in this way.
    Transport,
    /// No key could be agreed on: nothing else was sent.
    KeyExchange,
    /// The data centre is not in the session's table: nothing was sent.
    UnknownDc,
    /// What came cannot be from Telegram.
    Noise,
    /// Telegram has a problem of its own.
    Internal,
}

impl Unreached {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Io => "io",
            Self::Transport => "transport",
            Self::KeyExchange => "key exchange",
            Self::UnknownDc => "unknown data centre",
            Self::Noise => "noise",
            Self::Internal => "internal error of Telegram",
        }
    }
}

/// Why a call to Telegram gave no answer, by what can be done about it. Which
/// name of Telegram's means which of them is in the table of `names`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TelegramError {
    /// Telegram wants a wait.
    #[error("flood: wait {wait:?}")]
    Flood {
        /// What was counted.
        kind: FloodKind,
        /// How long.
        wait: Duration,
        /// Until when.
        until: Timestamp,
    },
    /// It can be done then, and trying again before is of no use.
    #[error("not before {until} ({what:?})")]
    Later {
        /// What.
        what: Later,
        /// When.
        until: Timestamp,
    },
    /// The account is frozen (`FROZEN_METHOD_INVALID`); never try again.
    #[error("the account is frozen")]
    Frozen,
    /// The account may not do this, for what others reported of it
    /// (`PEER_FLOOD`): no wait is known to help.
    #[error("the account is limited: {0}")]
    Limited(String),
    /// No one is signed in with this key (`AUTH_KEY_UNREGISTERED`).
    #[error("no one is signed in with this key")]
    Unregistered,
    /// The session is gone.
    #[error("the session is gone: {}", .0.as_str())]
    Lost(DeathCause),
    /// The data centre said that it does not know the key (-404). It need not
    /// be so: see [`super::refusals`].
    #[error("the data centre does not know the key")]
    KeyRefused,
    /// The data centre takes the key for a temporary one
    /// (`AUTH_KEY_PERM_EMPTY`). Sesame has none: it says nothing of the session.
    #[error("the data centre takes the key for a temporary one")]
    KeyNotBound,
    /// Another data centre has it (`*_MIGRATE`).
    #[error("{}: data centre {dc:?} has it", .what.name())]
    Moved {
        /// What.
        what: Move,
        /// Which one.
        dc: Option<i32>,
    },
    /// Telegram does not take the application (`API_ID_INVALID`,
    /// `API_ID_PUBLISHED_FLOOD`).
    #[error("Telegram refuses API_ID and API_HASH: {0}")]
    AppRefused(String),
    /// The cloud password is needed (`SESSION_PASSWORD_NEEDED`).
    #[error("the cloud password is needed")]
    PasswordNeeded,
    /// Telegram refused the call for another reason.
    #[error("refused: {code} {name}")]
    Refused {
        /// Telegram's code.
        code: i32,
        /// Telegram's name for it, without numbers.
        name: String,
    },
    /// The connection broke or could not be made, or Telegram has a problem.
    #[error("Telegram cannot be reached: {}", .0.as_str())]
    Unreachable(Unreached),
    /// The data centre did not answer lately: it was not asked
    /// ([`super::breaker`]).
    #[error("data centre {dc} does not answer; it is tried again at {until}")]
    Down {
        /// Which one.
        dc: i32,
        /// From when on it may be asked.
        until: Timestamp,
    },
    /// The connection was cut or closed before the call was answered.
    #[error("the call was dropped")]
    Dropped,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// A call that must not be made twice ([`super::Repeat::Never`]) got no
    /// answer: whether it was carried out is to be found out.
    #[error("no answer: it is not known whether the call was carried out")]
    Unanswered,
    /// An answer that cannot be read.
    #[error("an answer that cannot be read")]
    Garbled,
}

impl TelegramError {
    /// Telegram wants a wait from now on.
    pub(super) fn flood(kind: FloodKind, wait: Duration, now: Timestamp) -> Self {
        let until = now + wait;
        Self::Flood { kind, wait, until }
    }

    /// What this means to a login.
    pub(crate) fn failure(&self) -> CallFailure {
        match self {
            Self::Flood { until, .. } | Self::Later { until, .. } => {
                CallFailure::Failed(Failure::Flood { until: *until })
            }
            Self::Frozen => CallFailure::Failed(Failure::Frozen),
            Self::Unregistered => CallFailure::Lost(DeathCause::Revoked),
            Self::Lost(cause) => CallFailure::Lost(*cause),
            Self::Down { dc, until } => CallFailure::Down {
                dc: *dc,
                until: *until,
            },
            // The login asks what became of it before it goes on.
            Self::Unanswered
            | Self::KeyRefused
            | Self::KeyNotBound
            | Self::Unreachable(_)
            | Self::Dropped
            | Self::TimedOut => CallFailure::Unavailable,
            Self::AppRefused(_) => CallFailure::Failed(Failure::AppRefused),
            Self::Limited(_)
            | Self::Moved { .. }
            | Self::PasswordNeeded
            | Self::Refused { .. }
            | Self::Garbled => CallFailure::Failed(Failure::Internal),
        }
    }

    /// What this says of the session that asked, in its home data centre.
    pub(crate) fn sign(&self) -> Sign {
        match self {
            Self::Unregistered => Sign::Dead(DeathCause::Revoked),
            Self::Lost(cause) => Sign::Dead(*cause),
            Self::Frozen => Sign::Frozen,
            Self::Limited(_) => Sign::Alive,
            Self::Flood { .. }
            | Self::Later { .. }
            | Self::KeyRefused
            | Self::KeyNotBound
            | Self::Moved { .. }
            | Self::AppRefused(_)
            | Self::PasswordNeeded
            | Self::Refused { .. }
            | Self::Unreachable(_)
            | Self::Down { .. }
            | Self::Dropped
            | Self::TimedOut
            | Self::Unanswered
            | Self::Garbled => Sign::Unclear,
        }
    }

    /// Until when trying again is of no use, as far as that is known.
    pub(crate) fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Flood { until, .. } | Self::Later { until, .. } | Self::Down { until, .. } => {
                Some(*until)
            }
            _ => None,
        }
    }

    /// Whether the data centre did not answer, whatever the call was.
    pub(super) fn is_silence(&self) -> bool {
        match self {
            Self::Unreachable(why) => matches!(why, Unreached::Io | Unreached::Transport),
            Self::TimedOut => true,
            _ => false,
        }
    }

    /// Whether nothing was heard of the data centre, nor anything tried that it
    /// should have answered: the connection was cut or closed, or was not the
    /// data centre's.
    pub(super) fn tells_nothing(&self) -> bool {
        matches!(self, Self::Dropped | Self::KeyRefused)
    }

    /// Whether the call may have been carried out all the same.
    pub(super) fn leaves_open(&self) -> bool {
        match self {
            Self::Unreachable(why) => match why {
                Unreached::Io | Unreached::Transport | Unreached::Noise | Unreached::Internal => {
                    true
                }
                Unreached::KeyExchange | Unreached::UnknownDc => false,
            },
            Self::Dropped | Self::TimedOut | Self::Unanswered | Self::Garbled => true,
            Self::Flood { .. }
            | Self::Later { .. }
            | Self::Frozen
            | Self::Limited(_)
            | Self::Unregistered
            | Self::Lost(_)
            | Self::KeyRefused
            | Self::KeyNotBound
            | Self::Moved { .. }
            | Self::AppRefused(_)
            | Self::PasswordNeeded
            | Self::Refused { .. }
            | Self::Down { .. } => false,
        }
    }

    /// Whether Telegram refused with this name.
    pub(crate) fn is(&self, refusal: &str) -> bool {
        matches!(self, Self::Refused { name, .. } if name == refusal)
    }

    /// The value of the `outcome` label.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::Flood { .. } => "flood",
            Self::Later { .. } => "later",
            Self::Frozen => "frozen",
            Self::Limited(_) => "limited",
            Self::Unregistered | Self::Lost(_) => "lost",
            Self::KeyRefused => "key_refused",
            Self::KeyNotBound => "key_not_bound",
            Self::Moved { .. } => "moved",
            Self::AppRefused(_) => "app_refused",
            Self::PasswordNeeded => "password_needed",
            Self::Refused { .. } => "refused",
            Self::Unreachable(_) | Self::Dropped => "unreachable",
            Self::Down { .. } => "down",
            Self::TimedOut => "timeout",
            Self::Unanswered => "unanswered",
            Self::Garbled => "garbled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_data_centre_that_does_not_answer_counts_as_silent() {
        let silent = [
            TelegramError::TimedOut,
            TelegramError::Unreachable(Unreached::Io),
            TelegramError::Unreachable(Unreached::Transport),
        ];
        assert!(silent.iter().all(TelegramError::is_silence));
        // Thousands of connections are cut when Telegram restarts a machine.
        let cut = [TelegramError::Dropped, TelegramError::KeyRefused];
        assert!(cut.iter().all(TelegramError::tells_nothing));
        assert!(!cut.iter().any(TelegramError::is_silence));
    }
}
