//! The gate: every call to Telegram passes here.
//!
//! It sets the time limit, says what an error means, sleeps through floods and
//! counts. A throttle, a circuit breaker and the escalation of floods belong
//! inside [`Gate::call_in`]: callers say how a call may be made ([`Manner`])
//! and never sleep or retry by themselves.

mod error;
mod manner;
mod pauses;

use std::sync::Arc;
use std::time::Duration;

use grammers_tl_types as tl;
use sesame_domain::random::Entropy;
use sesame_domain::time::Clock;

pub(crate) use error::TelegramError;
pub(crate) use manner::Manner;

use crate::connection::Caller;
use crate::metrics;
use pauses::Pauses;

/// The gate that every call to Telegram passes.
pub(crate) struct Gate {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    limit: Duration,
}

impl Gate {
    /// A gate whose calls take at most `limit`, floods not counted.
    pub(crate) fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, limit: Duration) -> Self {
        Self {
            clock,
            entropy,
            limit,
        }
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
        let mut pauses = Pauses::new(manner);
        loop {
            let error = match self.attempt(caller, dc, request).await {
                Ok(answer) => {
                    metrics::called(method, "ok");
                    return Ok(answer);
                }
                Err(error) => error,
            };
            metrics::called(method, error.outcome());
            if matches!(error, TelegramError::Flood { .. }) {
                metrics::flooded(method);
            }
            let Some(pause) = pauses.after(&error, self.entropy.as_ref()) else {
                tracing::debug!(method, dc, %error, "a call to Telegram failed");
                return Err(error);
            };
            let wait_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            tracing::debug!(method, dc, %error, wait_ms, "a call to Telegram waits");
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
        match tokio::time::timeout(self.limit, caller.invoke_in(dc, request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(TelegramError::from_library(error, self.clock.now())),
            Err(_) => {
                caller.note_stuck();
                Err(TelegramError::TimedOut)
            }
        }
    }
}
