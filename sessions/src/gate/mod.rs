//! The gate: every call to Telegram passes here.
//!
//! It sets the time limit, says what an error means, sleeps through floods and
//! counts. A throttle, a circuit breaker and the escalation of floods belong
//! inside [`Gate::call_in`]: callers say how a call may be made ([`Manner`])
//! and never sleep or retry by themselves.

mod error;
mod manner;
mod pauses;
mod refusals;
mod standing;

use std::sync::Arc;
use std::time::Duration;

use grammers_mtsender::InvocationError;
use grammers_tl_types::{self as tl, Identifiable as _};
use sesame_domain::account::DeathCause;
use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;
use sesame_domain::time::Clock;

pub(crate) use error::TelegramError;
pub(crate) use manner::Manner;

use crate::connection::Caller;
use crate::metrics;
use pauses::Pauses;
use refusals::Refusals;
use standing::Standing;

const EXPORT_LOGIN_TOKEN: u32 = tl::functions::auth::ExportLoginToken::CONSTRUCTOR_ID;

/// The gate that every call to Telegram passes.
pub(crate) struct Gate {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    limit: Duration,
    refusals: Refusals,
    standing: Standing,
}

impl Gate {
    /// A gate whose calls take at most `limit`, floods not counted.
    pub(crate) fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, limit: Duration) -> Self {
        Self {
            clock,
            entropy,
            limit,
            refusals: Refusals::default(),
            standing: Standing::default(),
        }
    }

    /// How Telegram takes the application.
    pub(crate) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Calls Telegram in the session's home data centre.
    pub(crate) async fn call<R>(
        &self,
        caller: &Caller,
        request: &R,
        manner: Manner,
    ) -> Result<R::Return, TelegramError>
    where
        R: tl::RemoteCall + tl::Identifiable,
    {
        self.call_in(caller, caller.home(), request, manner).await
    }

    /// Calls Telegram in this data centre.
    pub(crate) async fn call_in<R>(
        &self,
        caller: &Caller,
        dc: i32,
        request: &R,
        manner: Manner,
    ) -> Result<R::Return, TelegramError>
    where
        R: tl::RemoteCall + tl::Identifiable,
    {
        let method = tl::name_for_id(R::CONSTRUCTOR_ID);
        // The one call that shows both the id and the hash.
        let shows_application = R::CONSTRUCTOR_ID == EXPORT_LOGIN_TOKEN;
        let mut pauses = Pauses::new(manner);
        loop {
            let error = match self.attempt(caller, dc, request).await {
                Ok(answer) => {
                    metrics::called(method, "ok");
                    if shows_application {
                        self.standing.accept();
                    }
                    return Ok(answer);
                }
                Err(error) => error,
            };
            metrics::called(method, error.outcome());
            match &error {
                TelegramError::Flood { .. } => metrics::flooded(method),
                TelegramError::AppRefused(name) => {
                    self.standing.refuse(name, self.clock.now());
                }
                TelegramError::PasswordNeeded if shows_application => self.standing.accept(),
                _ => {}
            }
            let Some(pause) = pauses.after(&error, self.entropy.as_ref()) else {
                tracing::debug!(method, dc, error = %Reason::of(&error), "a call to Telegram failed");
                return Err(error);
            };
            let wait_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            tracing::debug!(method, dc, error = %Reason::of(&error), wait_ms, "a call to Telegram waits");
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt<R>(
        &self,
        caller: &Caller,
        dc: i32,
        request: &R,
    ) -> Result<R::Return, TelegramError>
    where
        R: tl::RemoteCall + tl::Identifiable,
    {
        let keyed = caller.session().has_key(dc);
        let answer = tokio::time::timeout(self.limit, caller.invoke_in(dc, request)).await;
        let Ok(answer) = answer else {
            caller.note_stuck();
            return Err(TelegramError::TimedOut);
        };
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
        let error = TelegramError::from_library(error, keyed, now);
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
