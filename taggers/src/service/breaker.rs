//! The breaker: a service that does not answer, or wants to be left alone, is.
//!
//! Its states are the domain's (`recloser` does not say when it tries again, and has a
//! clock of its own). How long the service itself wanted to be left alone is kept
//! beside them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::backoff::Backoff;
use sesame_domain::breaker::{BreakerState, Breaking};
use sesame_domain::time::{Clock, Timestamp, is_over};

/// When it opens, and for how long.
const BREAKING: Breaking = Breaking {
    bound: 5,
    open: Backoff::new(Duration::from_secs(30), Duration::from_mins(10)),
    try_within: TimeDelta::seconds(60),
    after_a_try: TimeDelta::seconds(2),
};
/// Longer than this, no one left it alone: a clock was wrong.
const LONGEST_REST: TimeDelta = TimeDelta::hours(25);

/// The breaker of a service.
pub(super) struct Breaker {
    clock: Arc<dyn Clock>,
    inner: Mutex<Inner>,
}

#[derive(Clone, Copy)]
struct Inner {
    state: BreakerState,
    /// Until when the service wanted to be left alone.
    rests: Option<Timestamp>,
}

impl Inner {
    fn rests_until(self, now: Timestamp) -> Option<Timestamp> {
        let until = self.rests?;
        (!is_over(until, LONGEST_REST, now)).then_some(until)
    }
}

impl Breaker {
    /// Closed.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let inner = Inner {
            state: BreakerState::NEW,
            rests: None,
        };
        Self {
            clock,
            inner: Mutex::new(inner),
        }
    }

    /// Whether a request would be made now; an error says how long none is.
    pub(super) fn look(&self) -> Result<(), Duration> {
        let now = self.clock.now();
        let inner = *self.inner();
        let admitted = match inner.rests_until(now) {
            Some(until) => Err(until),
            None => inner.state.admit(&BREAKING, now).1,
        };
        admitted.map_err(|until| span(until, now))
    }

    /// Whether a request may be made now; what is answered is held until it is over.
    pub(super) fn admit(&self) -> Result<Admitted<'_>, Duration> {
        let now = self.clock.now();
        let mut inner = self.inner();
        if let Some(until) = inner.rests_until(now) {
            return Err(span(until, now));
        }
        let (next, admitted) = inner.state.admit(&BREAKING, now);
        inner.state = next;
        admitted.map_err(|until| span(until, now))?;
        let is_try = matches!(next, BreakerState::HalfOpen { .. });
        Ok(Admitted(is_try.then_some(self)))
    }

    /// The service answered.
    pub(super) fn answered(&self) {
        let mut inner = self.inner();
        if !matches!(inner.state, BreakerState::Closed { .. }) {
            tracing::info!("the tagger's service answers again");
        }
        inner.state = BreakerState::NEW;
    }

    /// It did not.
    pub(super) fn failed(&self) {
        let now = self.clock.now();
        let mut inner = self.inner();
        let before = inner.state;
        inner.state = before.failed(&BREAKING, now);
        if let BreakerState::Open { until, .. } = inner.state
            && inner.state != before
        {
            tracing::warn!(%until, "the tagger's service does not answer: it is left alone until then");
        }
    }

    /// It wants to be left alone so long.
    pub(super) fn rest(&self, wait: Duration) {
        let until = self.clock.now() + wait;
        let mut inner = self.inner();
        inner.rests = inner.rests.max(Some(until));
        tracing::warn!(%until, "the tagger's service wants to be left alone until then");
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn span(until: Timestamp, now: Timestamp) -> Duration {
    (until - now).to_std().unwrap_or_default()
}

/// A request that may be made. If it is the one that tries and is dropped before it is
/// known what came of it, another may.
pub(super) struct Admitted<'a>(Option<&'a Breaker>);

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        if let Some(breaker) = self.0 {
            let mut inner = breaker.inner();
            inner.state = inner.state.given_up();
        }
    }
}
