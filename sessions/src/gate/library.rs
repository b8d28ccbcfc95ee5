//! What the library's errors mean.

use grammers_mtproto::{mtp, transport};
use grammers_mtsender::InvocationError;
use sesame_domain::time::Timestamp;

use crate::session::KeyRefused;

use super::error::{TelegramError, Unreached};
use super::names::meaning;

/// "Not found", without its sign: the data centre does not know the key
/// (<https://core.telegram.org/mtproto/mtproto-transports#transport-errors>).
const UNKNOWN_KEY: u32 = 404;

/// What an error of the library means to a session that had a key for the
/// data centre before (`keyed`).
pub(super) fn from_library(error: InvocationError, keyed: bool, now: Timestamp) -> TelegramError {
    match error {
        InvocationError::Rpc(error) => meaning(error, now),
        InvocationError::Dropped(_) => TelegramError::Dropped,
        InvocationError::Io(_) => TelegramError::Unreachable(Unreached::Io),
        // The library agrees on another key only when the data centre did
        // not know the one there was.
        InvocationError::Transport(transport::Error::BadStatus {
            status: UNKNOWN_KEY,
        })
        | InvocationError::Authentication(_)
            if keyed =>
        {
            TelegramError::KeyRefused
        }
        InvocationError::Transport(_) => TelegramError::Unreachable(Unreached::Transport),
        InvocationError::Authentication(_) => TelegramError::Unreachable(Unreached::KeyExchange),
        InvocationError::Session(error) if error.is::<KeyRefused>() => TelegramError::KeyRefused,
        InvocationError::InvalidDc => TelegramError::Unreachable(Unreached::UnknownDc),
        InvocationError::Deserialize(error) if is_noise(&error) => {
            TelegramError::Unreachable(Unreached::Noise)
        }
        InvocationError::Deserialize(_) | InvocationError::Session(_) => TelegramError::Garbled,
    }
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

#[cfg(test)]
mod tests {
    use grammers_mtproto::authentication;
    use sesame_domain::login::CallFailure;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn meant(error: InvocationError, keyed: bool) -> TelegramError {
        from_library(error, keyed, now())
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
            let unreachable = TelegramError::Unreachable(Unreached::Transport);
            assert_eq!(meant(status(code), true), unreachable, "{code}");
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
