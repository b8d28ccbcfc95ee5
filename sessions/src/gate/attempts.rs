//! Making a call once.

use std::sync::Arc;

use grammers_mtsender::InvocationError;
use grammers_tl_types as tl;
use sesame_domain::account::DeathCause;
use sesame_domain::time::Clock;

use crate::connection::Caller;

use super::error::TelegramError;
use super::library::from_library;
use super::refusals::Refusals;

/// Makes calls once, and says what their errors mean.
pub(super) struct Attempts {
    clock: Arc<dyn Clock>,
    refusals: Refusals,
}

impl Attempts {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            refusals: Refusals::default(),
        }
    }

    /// Makes a call once.
    pub(super) async fn make<R: tl::RemoteCall>(
        &self,
        caller: &Caller,
        dc: i32,
        request: &R,
    ) -> Result<R::Return, TelegramError> {
        let keyed = caller.session().has_key(dc);
        let answer = caller.invoke_in(dc, request).await;
        // Sealed with the key, whatever it says.
        if matches!(answer, Ok(_) | Err(InvocationError::Rpc(_))) {
            self.refusals.worked(|| caller.session().fingerprint(dc));
        }
        answer.map_err(|error| self.meaning(error, keyed, caller, dc))
    }

    /// What an error means: a key that was refused for long enough is gone,
    /// and what was signed in with it.
    fn meaning(
        &self,
        error: InvocationError,
        keyed: bool,
        caller: &Caller,
        dc: i32,
    ) -> TelegramError {
        let now = self.clock.now();
        let error = from_library(error, keyed, now);
        if error != TelegramError::KeyRefused {
            return error;
        }
        let key = caller.session().fingerprint(dc);
        if key.is_some_and(|key| self.refusals.refused(key, now)) {
            return TelegramError::Lost(DeathCause::Revoked);
        }
        tracing::warn!(
            dc,
            "a data centre says that it does not know a key; it is kept"
        );
        error
    }
}
