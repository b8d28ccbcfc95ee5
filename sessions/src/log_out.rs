//! Logging a session out at Telegram.

use grammers_tl_types::functions;
use sesame_domain::reason::Reason;

use crate::connection::Caller;
use crate::gate::{CallPolicy, TelegramError};
use crate::node::Node;

/// Whether someone was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Yes; no longer.
    Someone,
    /// No.
    NoOne,
    /// Telegram lets neither in nor out: no more can be done.
    Shut(&'static str),
}

/// Logs out in one data centre.
pub(crate) async fn log_out(node: &Node, caller: &Caller, dc: i32) -> Result<Found, TelegramError> {
    let request = functions::auth::LogOut {};
    match node
        .gate
        .call_in(caller, dc, &request, CallPolicy::BACKGROUND)
        .await
    {
        Ok(_) => Ok(Found::Someone),
        Err(TelegramError::Unregistered | TelegramError::Lost(_)) => Ok(Found::NoOne),
        Err(error @ (TelegramError::PasswordNeeded | TelegramError::Frozen)) => {
            tracing::warn!(error = %Reason::of(&error), dc, "a session could not be logged out");
            Ok(Found::Shut(error.outcome()))
        }
        Err(error) => Err(error),
    }
}
