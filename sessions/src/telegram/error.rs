//! What the errors of calls mean to whoever reads.

use sesame_domain::account::DeathCause;
use sesame_domain::reading::{ReadError, TakeoutRefusal};

use crate::gate::{Later, TelegramError, Unreached};
use crate::pool::PoolError;

/// What an error of a call means.
pub(super) fn meaning(error: TelegramError) -> ReadError {
    match error {
        TelegramError::Later {
            what: Later::Takeout,
            until,
        } => ReadError::Takeout(TakeoutRefusal::Delay { until }),
        TelegramError::Flood { until, .. } | TelegramError::Later { until, .. } => {
            ReadError::Flood { until }
        }
        TelegramError::Frozen => ReadError::Frozen,
        TelegramError::Unregistered => ReadError::SessionDead(DeathCause::Revoked),
        TelegramError::Lost(cause) => ReadError::SessionDead(cause),
        TelegramError::Unreachable(
            what @ (Unreached::Io
            | Unreached::Transport
            | Unreached::KeyExchange
            | Unreached::Noise),
        ) => ReadError::Unreachable(what.as_str().to_owned()),
        // Nothing is read with a call that must not be made twice, but the
        // login for a file elsewhere: that is brought along anew.
        error @ (TelegramError::Dropped | TelegramError::TimedOut | TelegramError::Unanswered) => {
            ReadError::NoAnswer(error.to_string())
        }
        error @ (TelegramError::KeyRefused
        | TelegramError::KeyNotBound
        | TelegramError::Unreachable(Unreached::UnknownDc | Unreached::Internal)
        | TelegramError::Garbled) => ReadError::Temporary(error.to_string()),
        TelegramError::Down { dc, until } => ReadError::Down { dc, until },
        // Files are asked for again where they are (`media`).
        TelegramError::Moved { what, .. } => ReadError::Refused {
            code: 303,
            name: what.name().to_owned(),
        },
        TelegramError::Limited(name) => ReadError::Refused { code: 403, name },
        TelegramError::AppRefused(name) => ReadError::Refused { code: 400, name },
        TelegramError::PasswordNeeded => ReadError::Refused {
            code: 401,
            name: "SESSION_PASSWORD_NEEDED".to_owned(),
        },
        TelegramError::Refused { code, name } => refused(code, name),
    }
}

/// What a refusal means, by its name (<https://core.telegram.org/api/errors>).
fn refused(code: i32, name: String) -> ReadError {
    match name.as_str() {
        "CHANNEL_PRIVATE"
        | "CHANNEL_PUBLIC_GROUP_NA"
        | "CHAT_FORBIDDEN"
        | "USER_NOT_PARTICIPANT"
        | "USER_BANNED_IN_CHANNEL"
        | "CHAT_ADMIN_REQUIRED" => ReadError::NoAccess,
        "PEER_ID_INVALID"
        | "CHANNEL_INVALID"
        | "CHAT_ID_INVALID"
        | "USER_ID_INVALID"
        | "INPUT_USER_DEACTIVATED"
        | "PEER_ID_NOT_SUPPORTED" => ReadError::PeerUnknown,
        "USERNAME_NOT_OCCUPIED" | "USERNAME_INVALID" => ReadError::NoSuchName,
        // Telegram says it is its own trouble: to be tried again.
        "PERSISTENT_TIMESTAMP_OUTDATED" => ReadError::Temporary(name),
        "PERSISTENT_TIMESTAMP_EMPTY" | "PERSISTENT_TIMESTAMP_INVALID" => {
            ReadError::CursorInvalid(name)
        }
        "LOCATION_INVALID" | "LOCATION_NOT_AVAILABLE" | "VERSION_INVALID" | "FILE_ID_INVALID" => {
            ReadError::FileUnavailable(name)
        }
        "TAKEOUT_INVALID" => ReadError::Takeout(TakeoutRefusal::Over),
        "TAKEOUT_REQUIRED" => ReadError::Takeout(TakeoutRefusal::Required),
        // Also with a number in it, which the library takes out.
        "FILEREF_UPGRADE_NEEDED" => ReadError::FileReferenceExpired,
        reference if reference.starts_with("FILE_REFERENCE_") => ReadError::FileReferenceExpired,
        _ => ReadError::Refused { code, name },
    }
}

impl From<PoolError> for ReadError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Elsewhere => Self::Elsewhere,
            PoolError::Stopping => Self::Stopping,
            PoolError::Dead(cause) => Self::SessionDead(cause),
            PoolError::Store(error) => Self::Store(error),
            PoolError::Vault(error) => Self::Vault(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use sesame_domain::reading::Away;
    use sesame_domain::time::Timestamp;

    use super::*;

    #[test]
    fn every_refusal_has_its_meaning() {
        let of = |name: &str| {
            meaning(TelegramError::Refused {
                code: 400,
                name: name.to_owned(),
            })
        };
        for name in ["CHANNEL_PRIVATE", "CHAT_FORBIDDEN", "USER_NOT_PARTICIPANT"] {
            assert!(matches!(of(name), ReadError::NoAccess), "{name}");
        }
        for name in [
            "PEER_ID_INVALID",
            "CHANNEL_INVALID",
            "CHAT_ID_INVALID",
            "INPUT_USER_DEACTIVATED",
        ] {
            assert!(matches!(of(name), ReadError::PeerUnknown), "{name}");
        }
        for name in [
            "FILE_REFERENCE_EXPIRED",
            "FILE_REFERENCE_INVALID",
            "FILE_REFERENCE__EXPIRED",
        ] {
            assert!(
                matches!(of(name), ReadError::FileReferenceExpired),
                "{name}"
            );
        }
        for name in [
            "LOCATION_INVALID",
            "VERSION_INVALID",
            "LOCATION_NOT_AVAILABLE",
        ] {
            assert!(matches!(of(name), ReadError::FileUnavailable(_)), "{name}");
        }
        for name in ["PERSISTENT_TIMESTAMP_EMPTY", "PERSISTENT_TIMESTAMP_INVALID"] {
            assert!(matches!(of(name), ReadError::CursorInvalid(_)), "{name}");
        }
        let over = of("TAKEOUT_INVALID");
        assert!(matches!(over, ReadError::Takeout(TakeoutRefusal::Over)));
        let required = of("TAKEOUT_REQUIRED");
        assert!(matches!(
            required,
            ReadError::Takeout(TakeoutRefusal::Required)
        ));
        assert!(of("PERSISTENT_TIMESTAMP_OUTDATED").is_temporary());
        assert!(matches!(of("USERNAME_NOT_OCCUPIED"), ReadError::NoSuchName));
        assert!(matches!(
            of("STRANGE"),
            ReadError::Refused { code: 400, .. }
        ));
        assert!(meaning(TelegramError::TimedOut).is_temporary());
        let away = Some(Away::Telegram { until: None });
        for error in [
            TelegramError::TimedOut,
            TelegramError::Dropped,
            TelegramError::Unreachable(Unreached::Io),
            TelegramError::Unreachable(Unreached::KeyExchange),
        ] {
            assert_eq!(meaning(error.clone()).away(), away, "{error}");
        }
        // What is wrong with this very call, or with what is known, is not waited for.
        for error in [
            TelegramError::Garbled,
            TelegramError::Unreachable(Unreached::Internal),
            TelegramError::Unreachable(Unreached::UnknownDc),
        ] {
            assert_eq!(meaning(error.clone()).away(), None, "{error}");
        }
        assert_eq!(
            ReadError::from(PoolError::Elsewhere).away(),
            Some(Away::Session)
        );
        let until = Timestamp::UNIX_EPOCH;
        assert!(matches!(
            meaning(TelegramError::Down { dc: 2, until }),
            ReadError::Down { dc: 2, until: then } if then == until
        ));
        assert!(matches!(
            meaning(TelegramError::Lost(DeathCause::Banned)),
            ReadError::SessionDead(DeathCause::Banned)
        ));
    }
}
