//! Since when, and why, updates do not reach the bot.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use sesame_domain::ids::TenantId;
use sesame_domain::time::{Clock, Timestamp};
use tracing::{error, info, warn};

use crate::telegram::ApiFault;

/// Why updates do not reach the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deafness {
    /// The token is not known, or not any more.
    Token,
    /// Another program took the updates and does not let go: its host, if it
    /// has a webhook.
    Taken {
        /// Whose webhook it is.
        host: Option<String>,
    },
    /// Another program asks for updates with the same token.
    OtherPoller,
    /// Telegram does not get updates to our webhook.
    Undelivered {
        /// What Telegram says of it.
        words: String,
        /// How many updates wait.
        pending: u64,
    },
    /// The Bot API does not do what it should.
    Api(ApiFault),
}

impl From<ApiFault> for Deafness {
    fn from(fault: ApiFault) -> Self {
        match fault {
            ApiFault::Token => Self::Token,
            fault => Self::Api(fault),
        }
    }
}

impl Deafness {
    /// What may pass by itself may last this long before the bot counts as
    /// deaf: until then the Mini App is not taken down for it.
    fn grace(&self) -> TimeDelta {
        match self {
            Self::Token | Self::Taken { .. } | Self::OtherPoller => TimeDelta::zero(),
            Self::Undelivered { .. } | Self::Api(_) => TimeDelta::minutes(1),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl fmt::Display for Deafness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str(
                "the Bot API does not accept BOT_TOKEN: it may have been revoked; ask @BotFather \
                 for the token",
            ),
            Self::Taken { host: Some(host) } => write!(
                f,
                "the webhook of BOT_TOKEN leads to {host}: another program took it, and took it \
                 again each time; end that program, or give it a bot of its own, and restart Sesame"
            ),
            Self::Taken { host: None } => f.write_str(
                "another program deletes the webhook of BOT_TOKEN again and again; end that \
                 program, or give it a bot of its own",
            ),
            Self::OtherPoller => f.write_str(
                "another program polls with BOT_TOKEN, and takes updates away; end it, or give it \
                 a bot of its own (several nodes of Sesame need a webhook: set WEBHOOK_SECRET)",
            ),
            Self::Undelivered { words, pending } => write!(
                f,
                "Telegram cannot deliver updates to the webhook: {words} ({pending} wait); it must \
                 reach PUBLIC_URL from outside"
            ),
            Self::Api(fault) => fault.fmt(f),
        }
    }
}

/// Whether updates reach the bot, as one can be told.
#[derive(Clone)]
pub struct Hearing {
    tenant: TenantId,
    clock: Arc<dyn Clock>,
    lost: Arc<Mutex<Option<Lost>>>,
}

#[derive(Clone, Debug)]
struct Lost {
    why: Deafness,
    since: Timestamp,
    /// Whether an error was logged that names this reason.
    told: bool,
}

impl fmt::Debug for Hearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hearing")
            .field("lost", &*self.lock())
            .finish_non_exhaustive()
    }
}

impl Hearing {
    /// Nothing was heard yet.
    pub(crate) fn not_yet(tenant: TenantId, clock: Arc<dyn Clock>) -> Self {
        let not_yet = Lost {
            why: Deafness::Api(ApiFault::Network("not asked yet")),
            since: clock.now(),
            told: false,
        };
        Self {
            tenant,
            clock,
            lost: Arc::new(Mutex::new(Some(not_yet))),
        }
    }

    /// Whether updates do not reach the bot, for longer than can be waited for.
    pub fn is_lost(&self) -> bool {
        let now = self.clock.now();
        self.lock().as_ref().is_some_and(|lost| lost.is_over(now))
    }

    /// Updates reach the bot.
    pub(crate) fn found(&self) {
        let Some(lost) = self.lock().take() else {
            return;
        };
        if lost.told {
            info!(tenant = %self.tenant, "updates reach the bot again");
        }
    }

    /// Updates do not reach the bot. Each reason is logged once: as an error as
    /// soon as the bot counts as deaf.
    pub(crate) fn lost(&self, why: Deafness) {
        let now = self.clock.now();
        let tenant = &self.tenant;
        let mut slot = self.lock();
        let (since, told) = match &*slot {
            // What follows something else has lasted as long.
            Some(lost) => (lost.since, lost.told && lost.why.is_like(&why)),
            None => (now, false),
        };
        let news = slot.as_ref().is_none_or(|lost| !lost.why.is_like(&why));
        let mut lost = Lost { why, since, told };
        if !told && lost.is_over(now) {
            error!(%tenant, "the bot is deaf: {}", lost.why);
            lost.told = true;
        } else if news {
            warn!(%tenant, "updates do not reach the bot: {}", lost.why);
        }
        *slot = Some(lost);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Lost>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lost {
    fn is_over(&self, now: Timestamp) -> bool {
        now - self.since >= self.why.grace()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rstest::rstest;
    use sesame_domain::time::ManualClock;

    use super::*;

    fn hearing() -> (Hearing, Arc<ManualClock>) {
        let noon = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let clock = Arc::new(ManualClock::new(noon));
        let hearing = Hearing::not_yet("main".parse().unwrap(), clock.clone());
        hearing.found();
        (hearing, clock)
    }

    #[rstest]
    #[case(Deafness::Token)]
    #[case(Deafness::OtherPoller)]
    #[case(Deafness::Taken { host: None })]
    fn what_does_not_pass_by_itself_counts_at_once(#[case] why: Deafness) {
        let (hearing, _clock) = hearing();
        assert!(!hearing.is_lost());
        hearing.lost(why);
        assert!(hearing.is_lost());
        hearing.found();
        assert!(!hearing.is_lost());
    }

    #[test]
    fn a_bot_api_that_is_out_for_a_moment_does_not_count() {
        let (hearing, clock) = hearing();
        hearing.lost(ApiFault::NoConnection.into());
        clock.advance(TimeDelta::seconds(40));
        hearing.lost(ApiFault::Server(502).into());
        assert!(!hearing.is_lost());
        clock.advance(TimeDelta::seconds(20));
        assert!(hearing.is_lost());
        hearing.found();
        hearing.lost(ApiFault::NoConnection.into());
        assert!(!hearing.is_lost());
    }

    #[test]
    fn a_bot_that_never_began_to_hear_counts_after_a_minute() {
        let noon = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let clock = Arc::new(ManualClock::new(noon));
        let hearing = Hearing::not_yet("main".parse().unwrap(), clock.clone());
        assert!(!hearing.is_lost());
        clock.advance(TimeDelta::minutes(1));
        assert!(hearing.is_lost());
    }
}
