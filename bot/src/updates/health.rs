//! Whether updates reach the bot; since when, and why, they do not.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sesame_domain::ids::TenantId;
use sesame_domain::time::{Clock, Timestamp};
use tracing::{error, info, warn};

use super::failure::UpdateFailure;
use crate::telegram::ApiFault;

/// Whether updates reach the bot; clones share it.
#[derive(Clone)]
pub struct UpdateHealth {
    tenant: TenantId,
    clock: Arc<dyn Clock>,
    outage: Arc<Mutex<Option<Outage>>>,
}

#[derive(Clone, Debug)]
struct Outage {
    why: UpdateFailure,
    since: Timestamp,
    /// Whether an error names this reason in the log.
    logged: bool,
}

impl fmt::Debug for UpdateHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateHealth")
            .field("outage", &*self.lock())
            .finish_non_exhaustive()
    }
}

impl UpdateHealth {
    /// It is not known yet.
    pub(crate) fn unknown(tenant: TenantId, clock: Arc<dyn Clock>) -> Self {
        let unknown = Outage {
            why: UpdateFailure::Api(ApiFault::Network("not asked yet")),
            since: clock.now(),
            logged: false,
        };
        Self {
            tenant,
            clock,
            outage: Arc::new(Mutex::new(Some(unknown))),
        }
    }

    /// Whether updates do not reach the bot, for longer than can be waited for.
    pub fn is_failing(&self) -> bool {
        let now = self.clock.now();
        self.lock()
            .as_ref()
            .is_some_and(|outage| outage.counts(now))
    }

    /// Updates reach the bot.
    pub(crate) fn works(&self) {
        let Some(outage) = self.lock().take() else {
            return;
        };
        if outage.logged {
            info!(tenant = %self.tenant, "updates reach the bot again");
        }
    }

    /// Updates do not reach the bot. Each reason is logged once: as an error as
    /// soon as it counts.
    pub(crate) fn fails(&self, why: UpdateFailure) {
        let now = self.clock.now();
        let tenant = &self.tenant;
        let mut slot = self.lock();
        let (since, logged) = match &*slot {
            // What follows something else has lasted as long.
            Some(outage) => (outage.since, outage.logged && outage.why.is_like(&why)),
            None => (now, false),
        };
        let news = slot.as_ref().is_none_or(|outage| !outage.why.is_like(&why));
        let mut outage = Outage { why, since, logged };
        if !logged && outage.counts(now) {
            error!(%tenant, "the bot gets no updates: {}", outage.why);
            outage.logged = true;
        } else if news {
            warn!(%tenant, "updates do not reach the bot: {}", outage.why);
        }
        *slot = Some(outage);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Outage>> {
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outage {
    fn counts(&self, now: Timestamp) -> bool {
        now - self.since >= self.why.grace()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use rstest::rstest;
    use sesame_domain::time::ManualClock;

    use super::*;

    fn health() -> (UpdateHealth, Arc<ManualClock>) {
        let noon = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let clock = Arc::new(ManualClock::new(noon));
        let health = UpdateHealth::unknown("main".parse().unwrap(), clock.clone());
        health.works();
        (health, clock)
    }

    #[rstest]
    #[case(UpdateFailure::Token)]
    #[case(UpdateFailure::OtherPoller)]
    #[case(UpdateFailure::Taken { host: None })]
    fn what_does_not_pass_by_itself_counts_at_once(#[case] why: UpdateFailure) {
        let (health, _clock) = health();
        assert!(!health.is_failing());
        health.fails(why);
        assert!(health.is_failing());
        health.works();
        assert!(!health.is_failing());
    }

    #[test]
    fn a_bot_api_that_is_out_for_a_moment_does_not_count() {
        let (health, clock) = health();
        health.fails(ApiFault::NoConnection.into());
        clock.advance(TimeDelta::seconds(40));
        health.fails(ApiFault::Server(502).into());
        assert!(!health.is_failing());
        clock.advance(TimeDelta::seconds(20));
        assert!(health.is_failing());
        health.works();
        health.fails(ApiFault::NoConnection.into());
        assert!(!health.is_failing());
    }

    #[test]
    fn updates_that_never_came_count_after_a_minute() {
        let noon = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let clock = Arc::new(ManualClock::new(noon));
        let health = UpdateHealth::unknown("main".parse().unwrap(), clock.clone());
        assert!(!health.is_failing());
        clock.advance(TimeDelta::minutes(1));
        assert!(health.is_failing());
    }
}
