//! What Telegram's errors mean.

use std::time::Duration;

use grammers_mtproto::{mtp, transport};
use grammers_mtsender::{InvocationError, RpcError};
use sesame_domain::account::DeathCause;
use sesame_domain::login::{CallFailure, Failure};
use sesame_domain::time::Timestamp;

use crate::session::KeyRefused;

/// "Not found", without its sign: the data centre does not know the key
/// (<https://core.telegram.org/mtproto/mtproto-transports#transport-errors>).
const UNKNOWN_KEY: u32 = 404;
/// How long a flood is taken to last that names no time: Telegram counts
/// sign-ins by the day.
const UNNAMED_FLOOD: Duration = Duration::from_hours(24);
/// The code of Telegram's floods (<https://core.telegram.org/api/errors>).
const FLOOD: i32 = 420;

/// Why a call to Telegram gave no answer, by what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TelegramError {
    /// Telegram wants a wait.
    #[error("flood: wait {wait:?}")]
    Flood {
        /// How long.
        wait: Duration,
        /// Until when.
        until: Timestamp,
    },
    /// The account is frozen (`FROZEN_METHOD_INVALID`); never try again.
    #[error("the account is frozen")]
    Frozen,
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
    #[error("Telegram cannot be reached: {0}")]
    Unreachable(&'static str),
    /// The call was dropped before it was answered.
    #[error("the call was dropped")]
    Dropped,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// An answer that cannot be read.
    #[error("an answer that cannot be read")]
    Garbled,
}

impl TelegramError {
    /// What this means to a login.
    pub(crate) fn failure(&self) -> CallFailure {
        match self {
            Self::Flood { until, .. } => CallFailure::Failed(Failure::Flood { until: *until }),
            Self::Frozen => CallFailure::Failed(Failure::Frozen),
            Self::Unregistered => CallFailure::Lost(DeathCause::Revoked),
            Self::Lost(cause) => CallFailure::Lost(*cause),
            Self::KeyRefused | Self::Unreachable(_) | Self::Dropped | Self::TimedOut => {
                CallFailure::Unavailable
            }
            Self::AppRefused(_) => CallFailure::Failed(Failure::AppRefused),
            Self::PasswordNeeded | Self::Refused { .. } | Self::Garbled => {
                CallFailure::Failed(Failure::Internal)
            }
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
            Self::Frozen => "frozen",
            Self::Unregistered | Self::Lost(_) => "lost",
            Self::KeyRefused => "key_refused",
            Self::AppRefused(_) => "app_refused",
            Self::PasswordNeeded => "password_needed",
            Self::Refused { .. } => "refused",
            Self::Unreachable(_) | Self::Dropped => "unreachable",
            Self::TimedOut => "timeout",
            Self::Garbled => "garbled",
        }
    }

    /// What an error of the library means to a session that had a key for the
    /// data centre before (`keyed`).
    pub(crate) fn from_library(error: InvocationError, keyed: bool, now: Timestamp) -> Self {
        match error {
            InvocationError::Rpc(error) => Self::from_rpc(error, now),
            InvocationError::Dropped(_) => Self::Dropped,
            InvocationError::Io(_) => Self::Unreachable("io"),
            // The library agrees on another key only when the data centre did
            // not know the one there was.
            InvocationError::Transport(transport::Error::BadStatus {
                status: UNKNOWN_KEY,
            })
            | InvocationError::Authentication(_)
                if keyed =>
            {
                Self::KeyRefused
            }
            InvocationError::Transport(_) => Self::Unreachable("transport"),
            InvocationError::Authentication(_) => Self::Unreachable("key exchange"),
            InvocationError::Session(error) if error.is::<KeyRefused>() => Self::KeyRefused,
            InvocationError::InvalidDc => Self::Unreachable("unknown data centre"),
            InvocationError::Deserialize(error) if is_noise(&error) => Self::Unreachable("noise"),
            InvocationError::Deserialize(_) | InvocationError::Session(_) => Self::Garbled,
        }
    }

    /// What an error that Telegram gave means
    /// (<https://core.telegram.org/api/errors>).
    fn from_rpc(error: RpcError, now: Timestamp) -> Self {
        match error.name.as_str() {
            // Also 420, but no wait helps.
            name if name.starts_with("FROZEN_") => return Self::Frozen,
            name if is_about_the_app(name) => return Self::AppRefused(error.name),
            "SESSION_PASSWORD_NEEDED" => return Self::PasswordNeeded,
            "AUTH_KEY_UNREGISTERED" => return Self::Unregistered,
            "SESSION_REVOKED" | "SESSION_EXPIRED" | "AUTH_KEY_INVALID" => {
                return Self::Lost(DeathCause::Revoked);
            }
            "AUTH_KEY_DUPLICATED" => return Self::Lost(DeathCause::Duplicated),
            "USER_DEACTIVATED_BAN" | "PHONE_NUMBER_BANNED" => {
                return Self::Lost(DeathCause::Banned);
            }
            "USER_DEACTIVATED" | "INPUT_USER_DEACTIVATED" => {
                return Self::Lost(DeathCause::Deleted);
            }
            _ => {}
        }
        if let Some(wait) = wait_of(&error) {
            let until = now + wait;
            return Self::Flood { wait, until };
        }
        // Telegram's own trouble; -503 is its time limit.
        if error.code >= 500 || error.code == -503 {
            return Self::Unreachable("internal error of Telegram");
        }
        Self::Refused {
            code: error.code,
            name: error.name,
        }
    }
}

/// Whether Telegram refuses the application, not the call. Also 420 or 406 in
/// places, but no wait helps.
fn is_about_the_app(name: &str) -> bool {
    name.starts_with("API_ID_") || name.starts_with("API_HASH_") || name.contains("_API_ID_")
}

/// Whether this is a packet that cannot be from Telegram: whatever is sealed
/// with the session's key would have come open.
fn is_noise(error: &mtp::DeserializeError) -> bool {
    use mtp::DeserializeError as Error;
    match error {
        Error::BadAuthKey { .. } | Error::DecryptionError(_) => true,
        Error::MessageBufferTooSmall
        | Error::BadMessageId { .. }
        | Error::NegativeMessageLength { .. }
        | Error::TooLongMessageLength { .. }
        | Error::DecompressionFailed
        | Error::UnexpectedConstructor { .. } => false,
    }
}

/// How long Telegram wants a wait, if it does.
fn wait_of(error: &RpcError) -> Option<Duration> {
    match (error.code, error.name.as_str(), error.value) {
        (FLOOD, _, Some(seconds)) => Some(Duration::from_secs(seconds.into())),
        // Too many sign-ins, or passwords, and no word of when again: 406
        // PHONE_PASSWORD_FLOOD, 400 PHONE_NUMBER_FLOOD.
        (FLOOD, _, None) => Some(UNNAMED_FLOOD),
        (_, name, None) if name.ends_with("_FLOOD") => Some(UNNAMED_FLOOD),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use grammers_mtproto::authentication;
    use grammers_tl_types::types;

    use super::*;

    fn given(code: i32, message: &str) -> TelegramError {
        let error = types::RpcError {
            error_code: code,
            error_message: message.to_owned(),
        };
        TelegramError::from_library(InvocationError::Rpc(error.into()), true, now())
    }

    fn now() -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn every_error_has_its_meaning() {
        let flood = TelegramError::Flood {
            wait: Duration::from_secs(31),
            until: now() + Duration::from_secs(31),
        };
        let too_many = TelegramError::Flood {
            wait: UNNAMED_FLOOD,
            until: now() + UNNAMED_FLOOD,
        };
        let table = [
            (420, "FLOOD_WAIT_31", flood),
            (406, "PHONE_PASSWORD_FLOOD", too_many.clone()),
            (400, "PHONE_NUMBER_FLOOD", too_many.clone()),
            (420, "FLOOD_WAIT", too_many),
            (420, "FROZEN_METHOD_INVALID", TelegramError::Frozen),
            (
                401,
                "SESSION_PASSWORD_NEEDED",
                TelegramError::PasswordNeeded,
            ),
            (401, "AUTH_KEY_UNREGISTERED", TelegramError::Unregistered),
            (
                401,
                "SESSION_REVOKED",
                TelegramError::Lost(DeathCause::Revoked),
            ),
            (
                406,
                "AUTH_KEY_DUPLICATED",
                TelegramError::Lost(DeathCause::Duplicated),
            ),
            (
                401,
                "USER_DEACTIVATED_BAN",
                TelegramError::Lost(DeathCause::Banned),
            ),
            (
                401,
                "USER_DEACTIVATED",
                TelegramError::Lost(DeathCause::Deleted),
            ),
        ];
        for (code, message, meaning) in table {
            assert_eq!(given(code, message), meaning, "{message}");
        }
        assert!(given(400, "PASSWORD_HASH_INVALID").is("PASSWORD_HASH_INVALID"));
        assert_eq!(given(500, "INTERNAL").failure(), CallFailure::Unavailable);
        assert_eq!(
            given(400, "STRANGE").failure(),
            CallFailure::Failed(Failure::Internal)
        );
    }

    fn meant(error: InvocationError, keyed: bool) -> TelegramError {
        TelegramError::from_library(error, keyed, now())
    }

    fn status(status: u32) -> InvocationError {
        InvocationError::Transport(transport::Error::BadStatus { status })
    }

    #[test]
    fn a_key_that_is_not_known_is_told_from_whatever_else_breaks() {
        let other_key = || InvocationError::Session(Box::new(KeyRefused { dc: 2 }));
        assert_eq!(meant(other_key(), true), TelegramError::KeyRefused);
        assert_eq!(meant(status(404), true), TelegramError::KeyRefused);
        let no_handshake = || InvocationError::Authentication(authentication::Error::DhParamsFail);
        assert_eq!(meant(no_handshake(), true), TelegramError::KeyRefused);
        // Nothing was signed in with a key that there was not.
        for error in [status(404), no_handshake()] {
            assert_eq!(meant(error, false).failure(), CallFailure::Unavailable);
        }
        for code in [403, 429, 444] {
            let unreachable = TelegramError::Unreachable("transport");
            assert_eq!(meant(status(code), true), unreachable, "{code}");
        }
    }

    #[test]
    fn an_application_that_is_refused_is_no_ones_fault_but_the_operators() {
        for (code, name) in [
            (400, "API_ID_INVALID"),
            (400, "API_ID_PUBLISHED_FLOOD"),
            (420, "API_ID_PUBLISHED_FLOOD"),
            (400, "CONNECTION_API_ID_INVALID"),
            (400, "API_HASH_INVALID"),
        ] {
            let error = given(code, name);
            assert_eq!(error, TelegramError::AppRefused(name.to_owned()));
            assert_eq!(error.failure(), CallFailure::Failed(Failure::AppRefused));
        }
    }

    #[test]
    fn noise_on_the_line_is_no_answer() {
        let noise = [
            InvocationError::Transport(transport::Error::BadLen { got: 4 }),
            InvocationError::Deserialize(mtp::DeserializeError::BadAuthKey {
                got: 1,
                expected: 2,
            }),
        ];
        for error in noise {
            assert_eq!(meant(error, true).failure(), CallFailure::Unavailable);
        }
        let odd = InvocationError::Deserialize(mtp::DeserializeError::DecompressionFailed);
        assert_eq!(meant(odd, true), TelegramError::Garbled);
    }
}
