//! Refuses who asks too often.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::extract::{MatchedPath, NestedPath, Request, State};
use axum::http::Extensions;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use metrics::counter;
use sesame_domain::ids::Owner;
use sesame_domain::ports::{Rate, RateLimits, Verdict};
use sesame_domain::reason::Reason;

use super::budget::Budget;
use super::headers;
use super::rates::Asks;
use crate::app::App;
use crate::edge::client_address::ClientAddress;
use crate::edge::observe::route_of;
use crate::edge::trusted_proxies::network_of;
use crate::problem::ApiError;

/// From which budget a request takes, and what was said of it.
#[derive(Clone)]
pub(crate) struct Asked {
    budget: Budget,
    verdict: Arc<OnceLock<Verdict>>,
}

/// Refuses a request from an address that asks too often, before anything of
/// it is looked at; says with the answer what is left of the budget.
pub(crate) async fn limit(
    State(app): State<App>,
    matched: Option<MatchedPath>,
    mut request: Request,
    next: Next,
) -> Response {
    let base: Option<&NestedPath> = request.extensions().get();
    let route = route_of(matched.as_ref(), base);
    let asked = Asked {
        budget: Budget::of(request.method(), &route),
        verdict: Arc::default(),
    };
    let verdict = Arc::clone(&asked.verdict);
    let mut response = match asked.by_address(&app, request.extensions()).await {
        Ok(()) => {
            request.extensions_mut().insert(asked);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    if let Some(verdict) = verdict.get() {
        headers::add(response.headers_mut(), verdict);
    }
    response
}

impl Asked {
    /// Takes what the person takes with this request, once it is known who
    /// they are.
    pub(crate) async fn by(
        app: &App,
        owner: &Owner,
        extensions: &Extensions,
    ) -> Result<(), ApiError> {
        let Some(asked) = extensions.get::<Self>() else {
            return Ok(());
        };
        let asks = app.settings.rates.of_person(owner, asked.budget);
        let rates = &*app.ports.rates;
        let verdict = match take(rates, &asks).await {
            // What all nodes share is out: this one counts for itself.
            None => take(&*app.ports.node_rates, &asks).await,
            verdict => verdict,
        };
        asked.judge(app, &asks, verdict)
    }

    /// Takes what an address takes for a request of someone who is not whom a
    /// free route is for, once that is known.
    pub(crate) async fn by_stranger(app: &App, extensions: &Extensions) -> Result<(), ApiError> {
        let Some(asked) = extensions.get::<Self>() else {
            return Ok(());
        };
        asked.as_any(app, extensions, Budget::Usual).await
    }

    async fn by_address(&self, app: &App, extensions: &Extensions) -> Result<(), ApiError> {
        self.as_any(app, extensions, self.budget).await
    }

    async fn as_any(
        &self,
        app: &App,
        extensions: &Extensions,
        budget: Budget,
    ) -> Result<(), ApiError> {
        let address = extensions.get::<ClientAddress>();
        let Some(ClientAddress(Some(address))) = address else {
            return Ok(());
        };
        let address = network_of(*address).to_string();
        let asks = app.settings.rates.of_address(&address, budget);
        let verdict = take(&*app.ports.node_rates, &asks).await;
        match verdict {
            Some(verdict) if !verdict.allowed => self.judge(app, &asks, Some(verdict)),
            // What is left to the person says more.
            Some(_) | None => Ok(()),
        }
    }

    fn judge(&self, app: &App, asks: &Asks, verdict: Option<Verdict>) -> Result<(), ApiError> {
        let Some(verdict) = verdict.filter(|_| !asks.is_empty()) else {
            return Ok(());
        };
        let _ = self.verdict.set(verdict);
        if verdict.allowed {
            return Ok(());
        }
        let tightest = |rate: &Rate| (rate.limit, rate.window) == (verdict.limit, verdict.window);
        let scope = asks.iter().find(|(_, rate)| tightest(rate));
        let scope = scope.map_or("other", |(key, _)| key.scope());
        let tenant = app.settings.tenant.as_str().to_owned();
        counter!("sesame_rate_limited_total", "tenant" => tenant, "scope" => scope).increment(1);
        let wait = verdict.retry_after.unwrap_or(Duration::from_secs(1));
        Err(ApiError::TooMany(wait))
    }
}

/// What a limiter says; nothing, if it cannot.
async fn take(rates: &dyn RateLimits, asks: &Asks) -> Option<Verdict> {
    match rates.take(asks).await {
        Ok(verdict) => Some(verdict),
        Err(error) => {
            tracing::warn!(error = %Reason::of(&error), "how often one asks is not known");
            None
        }
    }
}
