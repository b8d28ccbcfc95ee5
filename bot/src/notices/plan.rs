//! What follows from an attempt to send a notice.

use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::backoff::{Backoff, Jitter};
use sesame_domain::notice::Notice;
use sesame_domain::random::Entropy;
use sesame_domain::time::{Age, Timestamp};

use crate::telegram::ApiFault;

/// After that it is no news any more.
const MAX_AGE: TimeDelta = TimeDelta::days(1);
/// Whatever is to wait for longer is dropped.
const LONGEST: TimeDelta = TimeDelta::days(2);
/// The waits after failures.
const WAITS: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_mins(15));
/// So that what failed together does not come back together.
const JITTER: Jitter = Jitter::percent(0, 20);

/// What follows from an attempt to send a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// It is sent.
    Sent,
    /// There is no one to send it to.
    Unreachable,
    /// Try again.
    Later {
        /// Then.
        at: Timestamp,
        /// Because of this.
        fault: ApiFault,
    },
    /// Give up.
    Drop {
        /// Because of this.
        fault: ApiFault,
    },
}

impl Plan {
    /// What follows from this outcome.
    pub(super) fn after(
        sent: Result<(), ApiFault>,
        notice: &Notice,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Self {
        let (fault, wait) = match sent {
            Ok(()) => return Self::Sent,
            Err(ApiFault::Unreachable(_)) => return Self::Unreachable,
            Err(fault @ ApiFault::RetryAfter(asked)) => (fault, asked),
            Err(
                fault @ (ApiFault::Token
                | ApiFault::Conflict
                | ApiFault::NotModified
                | ApiFault::Gone
                | ApiFault::NoTopic
                | ApiFault::NoConnection
                | ApiFault::Network(_)
                | ApiFault::Server(_)
                | ApiFault::Refused(_)
                | ApiFault::Answer),
            ) => (fault, WAITS.wait(notice.attempts)),
        };
        let at = now + bounded(JITTER.lengthen(wait, entropy));
        if Age::of(notice.created_at, at).is_over(MAX_AGE) {
            Self::Drop { fault }
        } else {
            Self::Later { at, fault }
        }
    }

    /// The name in metrics.
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Unreachable => "unreachable",
            Self::Later { .. } => "later",
            Self::Drop { .. } => "dropped",
        }
    }
}

/// A wait that is longer than a notice lives is none that is waited for.
fn bounded(wait: Duration) -> TimeDelta {
    TimeDelta::from_std(wait).map_or(LONGEST, |wait| wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rstest::rstest;
    use sesame_domain::ids::{NoticeId, Owner, PersonId};
    use sesame_domain::notice::NoticeKind;
    use sesame_test_doubles::FixedEntropy;

    use super::*;

    fn noon() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn notice(attempts: u32, age: TimeDelta) -> Notice {
        Notice {
            id: NoticeId::generate(&FixedEntropy(7), noon()),
            owner: Owner {
                tenant: "main".parse().unwrap(),
                person: PersonId(1),
            },
            kind: NoticeKind::Unlinked,
            created_at: noon() - age,
            attempts,
        }
    }

    #[rstest]
    #[case(0, 5)]
    #[case(3, 40)]
    #[case(1000, 900)]
    fn failures_are_tried_again_ever_later(#[case] attempts: u32, #[case] seconds: i64) {
        let notice = notice(attempts, TimeDelta::zero());
        let fault = ApiFault::Network("no connection");
        let plan = Plan::after(Err(fault.clone()), &notice, noon(), &FixedEntropy(0));
        let at = noon() + TimeDelta::seconds(seconds);
        assert_eq!(plan, Plan::Later { at, fault });
    }

    #[rstest]
    #[case(0, 30)]
    #[case(255, 36)]
    fn telegrams_own_wait_is_kept_and_never_shortened(#[case] random: u8, #[case] seconds: i64) {
        let fault = ApiFault::RetryAfter(Duration::from_secs(30));
        let notice = notice(0, TimeDelta::zero());
        let plan = Plan::after(Err(fault.clone()), &notice, noon(), &FixedEntropy(random));
        let at = noon() + TimeDelta::seconds(seconds);
        assert_eq!(plan, Plan::Later { at, fault });
    }

    #[test]
    fn what_could_not_be_sent_for_a_day_is_dropped() {
        let fault = ApiFault::Network("no connection");
        let notice = notice(90, TimeDelta::hours(24));
        let plan = Plan::after(Err(fault.clone()), &notice, noon(), &FixedEntropy(0));
        assert_eq!(plan, Plan::Drop { fault });
    }

    #[test]
    fn who_blocked_the_bot_is_not_tried_again() {
        let fault = ApiFault::Unreachable("blocked");
        let plan = Plan::after(
            Err(fault),
            &notice(0, TimeDelta::zero()),
            noon(),
            &FixedEntropy(0),
        );
        assert_eq!(plan, Plan::Unreachable);
    }
}
