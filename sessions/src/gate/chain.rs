//! The chain that every call goes through.

use std::sync::Arc;
use std::time::Duration;

use grammers_tl_types::{self as tl, Identifiable as _};
use sesame_domain::ids::TenantId;
use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;
use sesame_domain::time::{Clock, Timestamp};
use tracing::Instrument as _;

use crate::connection::Caller;
use crate::metrics;
use crate::settings::SessionsSettings;

use super::application_floods::ApplicationFloods;
use super::attempts::Attempts;
use super::breaker::{Breakers, Outage};
use super::call::Call;
use super::error::{FloodKind, TelegramError};
use super::floods::{Ahead, Floods, Patience};
use super::policy::CallPolicy;
use super::request::{Counting, Repeat, Request};
use super::retries::Retries;
use super::standing::Standing;
use super::throttle::Throttle;
use super::time_limit::TimeLimit;

const EXPORT_LOGIN_TOKEN: u32 = tl::functions::auth::ExportLoginToken::CONSTRUCTOR_ID;

/// The gate that every call to Telegram passes.
pub(crate) struct Gate {
    /// Whose calls these are, in what is counted.
    tenant: TenantId,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    time_limit: TimeLimit,
    attempts: Attempts,
    floods: Floods,
    application_floods: ApplicationFloods,
    throttle: Throttle,
    breakers: Breakers,
    standing: Standing,
}

impl Gate {
    /// A gate with these settings' limits.
    pub(crate) fn new(
        settings: &SessionsSettings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        application_floods: ApplicationFloods,
    ) -> Self {
        Self {
            tenant: settings.tenant.clone(),
            application_floods,
            attempts: Attempts::new(Arc::clone(&clock)),
            time_limit: TimeLimit(settings.call_limit),
            floods: Floods::default(),
            throttle: Throttle::new(settings.throttling),
            breakers: Breakers::of(&settings.tenant),
            standing: Standing::default(),
            clock,
            entropy,
        }
    }

    /// How Telegram takes the application.
    pub(crate) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The data centres that are left alone now since they do not answer.
    pub(crate) fn outages(&self) -> Vec<Outage> {
        self.breakers.open(self.clock.now())
    }

    /// Calls Telegram in the session's home data centre.
    pub(crate) async fn call<R: Request>(
        &self,
        caller: &Caller,
        request: &R,
        policy: CallPolicy,
    ) -> Result<R::Return, TelegramError> {
        self.call_in(caller, caller.home(), request, policy).await
    }

    /// Calls Telegram in this data centre.
    pub(crate) async fn call_in<R: Request>(
        &self,
        caller: &Caller,
        dc: i32,
        request: &R,
        policy: CallPolicy,
    ) -> Result<R::Return, TelegramError> {
        let account = caller.subject();
        let call = Call {
            tenant: account.tenant(),
            account,
            dc,
            method: tl::name_for_id(R::METHOD),
            policy,
            repeat: R::REPEAT,
            counting: R::COUNTING,
            is_inside: R::IS_INSIDE,
        };
        self.pass(caller, &call, request)
            .instrument(call.span())
            .await
    }

    /// The chain, from the outside in. What is to stand in it gets a file of
    /// its own, a field of the gate, and a line here.
    async fn pass<R: Request>(
        &self,
        caller: &Caller,
        call: &Call<'_>,
        request: &R,
    ) -> Result<R::Return, TelegramError> {
        let mut patience = Patience::new(call.policy.patience);
        let mut retries = Retries::new(call.policy, call.repeat);
        loop {
            // 1. Floods: a wait that is known is over before anything is sent.
            self.sit_out(call, &mut patience).await?;
            // 2. Throttle: the turn of its account.
            if let Some(whose) = call.account.counted() {
                let waited = self.throttle.turn(&whose, self.entropy.as_ref()).await;
                metrics::throttled(&self.tenant, whose.kind(), waited);
            }
            // 3. Breaker: a data centre that does not answer is not asked.
            let admitted = match self.breakers.admit(call.dc, self.clock.now()) {
                Ok(admitted) => admitted,
                Err(until) => {
                    metrics::called(&self.tenant, call.method, "down");
                    let dc = call.dc;
                    return Err(TelegramError::Down { dc, until });
                }
            };
            // 4. The time limit, and within it the attempt.
            let attempt = self.attempts.make(caller, call.dc, request);
            let answer = self.time_limit.hold(caller, attempt).await;
            self.learn::<R>(call, &answer);
            drop(admitted);
            let error = match answer {
                Ok(answer) => {
                    tracing::debug!("Telegram answered a call");
                    return Ok(answer);
                }
                Err(error @ TelegramError::Flood { kind, wait, .. }) => {
                    self.tell_others(call, kind).await;
                    if call.flood_key(kind).is_none() {
                        self.sleep_through(error, wait, &mut patience).await?;
                    }
                    continue;
                }
                Err(error) => error,
            };
            // 5. Retries: what is tried again after which pause.
            let Some(pause) = retries.after(&error) else {
                tracing::debug!(error = %Reason::of(&error), "a call to Telegram failed");
                return Err(outcome_of(error, call.repeat));
            };
            let wait_ms = millis(pause);
            tracing::debug!(error = %Reason::of(&error), wait_ms, "a call to Telegram waits");
            tokio::time::sleep(pause).await;
        }
    }

    /// Waits until no flood is in the way of a call.
    ///
    /// # Errors
    /// [`TelegramError::Flood`] when that is too long to wait.
    async fn sit_out(&self, call: &Call<'_>, patience: &mut Patience) -> Result<(), TelegramError> {
        while let Some(ahead) = self.ahead(call).await {
            let Ahead {
                left, until, kind, ..
            } = ahead;
            if !patience.reaches(left) {
                metrics::flood_refused(&self.tenant, call.method);
                tracing::debug!(%until, "a call to Telegram is not made before a flood is over");
                return Err(TelegramError::Flood {
                    kind,
                    wait: left,
                    until,
                });
            }
            let wait_ms = millis(ahead.pause);
            tracing::debug!(wait_ms, "a call to Telegram waits for the end of a flood");
            tokio::time::sleep(ahead.pause).await;
        }
        Ok(())
    }

    /// Sleeps through a flood of which it is not known whose calls it counts, so
    /// that no other call can wait for its end.
    async fn sleep_through(
        &self,
        flood: TelegramError,
        wait: Duration,
        patience: &mut Patience,
    ) -> Result<(), TelegramError> {
        if !patience.reaches(wait) {
            return Err(flood);
        }
        tokio::time::sleep(Floods::pause(wait, self.entropy.as_ref())).await;
        Ok(())
    }

    /// Telegram wants someone to wait before it is known whose account it is
    /// about: perhaps everyone has to.
    async fn tell_others(&self, call: &Call<'_>, kind: FloodKind) {
        if call.counting == Counting::PerAccount || kind == FloodKind::TestPhone {
            return;
        }
        let (now, entropy) = (self.clock.now(), self.entropy.as_ref());
        let key = call.flood_key(kind);
        let ahead = key.and_then(|key| self.floods.ahead(&key, now, entropy));
        if let (Some(whose), Some(ahead)) = (call.account.owner(), ahead) {
            let floods = &self.application_floods;
            floods.note(call.method, whose, ahead.until, now).await;
        }
    }

    /// The flood that is in the way of everyone's calls of a method.
    async fn ahead_of_everyone(&self, call: &Call<'_>, now: Timestamp) -> Option<Ahead> {
        if call.counting == Counting::PerAccount {
            return None;
        }
        let until = self.application_floods.everyones(call.method, now).await?;
        Some(Floods::until(until, now, self.entropy.as_ref()))
    }

    /// The flood that is in the way of a call.
    async fn ahead(&self, call: &Call<'_>) -> Option<Ahead> {
        let now = self.clock.now();
        let of_everyone = self.ahead_of_everyone(call, now).await;
        let keys = call.flood_keys();
        let ahead = keys
            .iter()
            .filter_map(|key| self.floods.ahead(key, now, self.entropy.as_ref()));
        ahead.chain(of_everyone).max_by_key(|ahead| ahead.until)
    }

    /// Takes note of what came of an attempt.
    fn learn<R: Request>(&self, call: &Call<'_>, answer: &Result<R::Return, TelegramError>) {
        // The one call that shows both the id and the hash.
        let shows_application = R::CONSTRUCTOR_ID == EXPORT_LOGIN_TOKEN;
        let now = self.clock.now();
        let outcome = answer
            .as_ref()
            .map_or_else(TelegramError::outcome, |_| "ok");
        metrics::called(&self.tenant, call.method, outcome);
        match answer {
            Ok(_) | Err(TelegramError::PasswordNeeded) if shows_application => {
                self.standing.accept();
            }
            Err(TelegramError::Flood { kind, wait, .. }) => {
                metrics::flooded(&self.tenant, call.method, *wait);
                tracing::info!(wait_ms = millis(*wait), ?kind, "Telegram wants a wait");
                if let Some(whose) = call.account.counted()
                    && *kind == FloodKind::Calls
                {
                    self.throttle.flooded(&whose);
                }
                if let Some(key) = call.flood_key(*kind) {
                    self.floods.note(key, *kind, *wait, now);
                }
            }
            Err(TelegramError::AppRefused(name)) => {
                self.standing.refuse(name, now);
            }
            Ok(_) | Err(_) => {}
        }
        match answer {
            Err(error) if error.is_silence() => self.breakers.failed(call.dc, now),
            // What a key is refused with need not come from there.
            Err(error) if error.tells_nothing() => {}
            // Whatever it says, it comes from there.
            Ok(_) | Err(_) => self.breakers.answered(call.dc),
        }
        let is_flood = matches!(answer, Err(TelegramError::Flood { .. }));
        if answer
            .as_ref()
            .err()
            .is_none_or(|error| !error.leaves_open())
            && !is_flood
        {
            for key in call.flood_keys() {
                self.floods.answered(&key, now);
            }
        }
    }
}

/// What an error is to whoever made the call.
fn outcome_of(error: TelegramError, repeat: Repeat) -> TelegramError {
    match repeat {
        Repeat::Never if error.leaves_open() => TelegramError::Unanswered,
        Repeat::Never | Repeat::Safe => error,
    }
}

fn millis(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}
