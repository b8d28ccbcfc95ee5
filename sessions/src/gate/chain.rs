//! The chain that every call goes through.

use std::sync::Arc;
use std::time::Duration;

use grammers_tl_types::{self as tl, Identifiable as _};
use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;
use sesame_domain::time::Clock;
use tracing::Instrument as _;

use crate::connection::Caller;
use crate::metrics;

use super::attempts::Attempts;
use super::call::Call;
use super::error::TelegramError;
use super::policy::CallPolicy;
use super::retries::Retries;
use super::standing::Standing;
use super::time_limit::TimeLimit;

const EXPORT_LOGIN_TOKEN: u32 = tl::functions::auth::ExportLoginToken::CONSTRUCTOR_ID;

/// The gate that every call to Telegram passes.
pub(crate) struct Gate {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    time_limit: TimeLimit,
    attempts: Attempts,
    standing: Standing,
}

impl Gate {
    /// A gate whose calls take at most `limit`, floods not counted.
    pub(crate) fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, limit: Duration) -> Self {
        Self {
            attempts: Attempts::new(Arc::clone(&clock)),
            time_limit: TimeLimit(limit),
            standing: Standing::default(),
            clock,
            entropy,
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
        policy: CallPolicy,
    ) -> Result<R::Return, TelegramError>
    where
        R: tl::RemoteCall + tl::Identifiable,
    {
        self.call_in(caller, caller.home(), request, policy).await
    }

    /// Calls Telegram in this data centre.
    pub(crate) async fn call_in<R>(
        &self,
        caller: &Caller,
        dc: i32,
        request: &R,
        policy: CallPolicy,
    ) -> Result<R::Return, TelegramError>
    where
        R: tl::RemoteCall + tl::Identifiable,
    {
        let account = caller.subject();
        let call = Call {
            tenant: account.tenant(),
            account,
            dc,
            method: tl::name_for_id(R::CONSTRUCTOR_ID),
            policy,
        };
        self.pass(caller, &call, request)
            .instrument(call.span())
            .await
    }

    /// The chain, from the outside in. What is to stand in it gets a file of
    /// its own, a field of the gate, and a line here.
    async fn pass<R>(
        &self,
        caller: &Caller,
        call: &Call<'_>,
        request: &R,
    ) -> Result<R::Return, TelegramError>
    where
        R: tl::RemoteCall + tl::Identifiable,
    {
        // 1. Retries: what is tried again after which pause; floods among it.
        let mut retries = Retries::new(call.policy);
        loop {
            // 2. Throttle: not there yet. Here a call waits for the turn of its
            //    account (`call.account`, `call.method`); it learns from the
            //    outcome below.
            // 3. Breaker: not there yet. Here a call to a data centre that does
            //    not answer (`call.dc`) is refused without being made; it
            //    learns from the outcome below.
            // 4. The time limit, and within it the attempt.
            let attempt = self.attempts.make(caller, call.dc, request);
            let answer = self.time_limit.hold(caller, attempt).await;
            self.learn::<R>(call, &answer);
            let error = match answer {
                Ok(answer) => {
                    tracing::debug!("Telegram answered a call");
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let Some(pause) = retries.after(&error, self.entropy.as_ref()) else {
                tracing::debug!(error = %Reason::of(&error), "a call to Telegram failed");
                return Err(error);
            };
            let wait_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            tracing::debug!(error = %Reason::of(&error), wait_ms, "a call to Telegram waits");
            tokio::time::sleep(pause).await;
        }
    }

    /// Takes note of what came of an attempt.
    fn learn<R: tl::RemoteCall + tl::Identifiable>(
        &self,
        call: &Call<'_>,
        answer: &Result<R::Return, TelegramError>,
    ) {
        // The one call that shows both the id and the hash.
        let shows_application = R::CONSTRUCTOR_ID == EXPORT_LOGIN_TOKEN;
        let outcome = answer
            .as_ref()
            .map_or_else(TelegramError::outcome, |_| "ok");
        metrics::called(call.method, outcome);
        match answer {
            Ok(_) | Err(TelegramError::PasswordNeeded) if shows_application => {
                self.standing.accept();
            }
            Err(TelegramError::Flood { .. }) => metrics::flooded(call.method),
            Err(TelegramError::AppRefused(name)) => {
                self.standing.refuse(name, self.clock.now());
            }
            Ok(_) | Err(_) => {}
        }
    }
}
