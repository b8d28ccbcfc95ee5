//! Errors of calls, as Telegram names them
//! (<https://core.telegram.org/api/errors>).

use std::borrow::Cow;

use grammers_tl_types::{Serializable as _, enums, types};

/// An error that a call answers with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RpcError {
    /// The kind of error, like an HTTP status.
    pub(crate) code: i32,
    /// Telegram's name of the error.
    pub(crate) message: Cow<'static, str>,
}

/// What a call answers with.
pub(crate) type RpcResult<T> = Result<T, RpcError>;

/// Stands for an answer that never comes.
pub(crate) const SILENCE: RpcError = RpcError::new(0, "SILENCE");

impl RpcError {
    pub(crate) const fn new(code: i32, message: &'static str) -> Self {
        let message = Cow::Borrowed(message);
        Self { code, message }
    }

    /// The call is wrong.
    pub(crate) const fn bad_request(message: &'static str) -> Self {
        Self::new(400, message)
    }

    /// The client is not logged in (any more).
    pub(crate) const fn unauthorized(message: &'static str) -> Self {
        Self::new(401, message)
    }

    /// The call has to be made at another data centre.
    pub(crate) fn migrate(kind: &str, dc: i32) -> Self {
        Self {
            code: 303,
            message: format!("{kind}_MIGRATE_{dc}").into(),
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let error = types::RpcError {
            error_code: self.code,
            error_message: self.message.clone().into_owned(),
        };
        enums::RpcError::Error(error).to_bytes()
    }
}
