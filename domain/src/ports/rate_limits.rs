//! How often something may be done.

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use crate::ids::Owner;

use super::StoreError;

/// The longest subject that stands in a key as it is, in bytes.
const LONGEST_SUBJECT: usize = 96;

/// At most so many in any stretch of time of this length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many; `0`: never.
    pub limit: u32,
    /// In which length of time. Counted in milliseconds, at least one.
    pub window: Duration,
}

impl Rate {
    /// So many in any stretch of time of this length.
    pub const fn new(limit: u32, window: Duration) -> Self {
        Self { limit, window }
    }
}

/// What is counted: of which rule, and whose.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RateKey {
    scope: &'static str,
    subject: String,
}

impl RateKey {
    /// What this rule counts of this subject: an address, a tenant, a person.
    /// Rules that count apart have names of their own.
    pub fn new(scope: &'static str, subject: impl Into<String>) -> Self {
        let subject = subject.into();
        Self { scope, subject }
    }

    /// What this rule counts of a person at a tenant.
    pub fn of(scope: &'static str, owner: &Owner) -> Self {
        Self::new(scope, format!("{}/{}", owner.tenant, owner.person.0))
    }

    /// The rule.
    pub fn scope(&self) -> &'static str {
        self.scope
    }

    /// The key as text, for example in Redis. Of a subject that is long, its
    /// digest: what is kept of a key is bounded.
    pub fn as_text(&self) -> String {
        let subject = if self.subject.len() <= LONGEST_SUBJECT {
            Cow::Borrowed(&*self.subject)
        } else {
            let digest = Sha256::digest(&self.subject);
            let hex = digest.iter().map(|byte| format!("{byte:02x}"));
            Cow::Owned(format!("sha256-{}", hex.collect::<String>()))
        };
        format!("{}:{subject}", self.scope)
    }
}

/// What is known of one rule after it was asked. Times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How many count now, this one included if it was allowed.
    pub count: u32,
    /// Until the oldest of them counts no more; `0`: none counts.
    pub reset: u64,
    /// Until one more would have been allowed; `0`: it was, by this rule.
    pub wait: u64,
}

/// Whether something may be done now, and what the tightest of its rules says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may. If so it was counted, by all rules; if not, by none.
    pub allowed: bool,
    /// How many the tightest rule allows.
    pub limit: u32,
    /// In which length of time.
    pub window: Duration,
    /// How many more it allows now.
    pub remaining: u32,
    /// Until it allows one more than that.
    pub reset: Duration,
    /// How long to wait, if it may not be done now.
    pub retry_after: Option<Duration>,
}

impl Verdict {
    /// What rules say together, in the order in which they were asked. The
    /// tightest is the one that has it wait the longest, or else the one that
    /// leaves the least. Without rules, everything is allowed.
    pub fn of(rules: impl IntoIterator<Item = (Rate, Counted)>) -> Self {
        let tightness = |(rate, counted): &(Rate, Counted)| {
            let left = rate.limit.saturating_sub(counted.count);
            (counted.wait, u32::MAX - left, counted.reset)
        };
        let mut tightest: Option<(Rate, Counted)> = None;
        for rule in rules {
            // Of two that are alike, the first.
            if tightest.is_none_or(|it| tightness(&rule) > tightness(&it)) {
                tightest = Some(rule);
            }
        }
        tightest.map_or(Self::unlimited(), |(rate, counted)| Self::by(rate, counted))
    }

    fn by(rate: Rate, counted: Counted) -> Self {
        let allowed = counted.wait == 0;
        let wait = Duration::from_millis(counted.wait);
        Self {
            allowed,
            limit: rate.limit,
            window: rate.window,
            remaining: if allowed {
                rate.limit.saturating_sub(counted.count)
            } else {
                0
            },
            reset: if allowed {
                Duration::from_millis(counted.reset)
            } else {
                wait
            },
            retry_after: (!allowed).then_some(wait),
        }
    }

    fn unlimited() -> Self {
        Self {
            allowed: true,
            limit: u32::MAX,
            window: Duration::ZERO,
            remaining: u32::MAX,
            reset: Duration::ZERO,
            retry_after: None,
        }
    }
}

/// Limits how often something is done, in all nodes together.
#[async_trait]
pub trait RateLimits: Send + Sync {
    /// Asks several rules at once: if all allow, all count it; otherwise none
    /// does. Each key and window of a call is another one.
    ///
    /// # Errors
    /// When nothing can be said. An implementation that can limit on its own
    /// does that instead.
    async fn take(&self, asks: &[(RateKey, Rate)]) -> Result<Verdict, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn counted(count: u32, reset: u64, wait: u64) -> Counted {
        Counted { count, reset, wait }
    }

    #[test]
    fn the_rule_that_leaves_the_least_speaks_when_all_allow() {
        let verdict = Verdict::of([
            (Rate::new(10, MINUTE), counted(3, 1_000, 0)),
            (Rate::new(5, MINUTE), counted(4, 2_000, 0)),
            (Rate::new(9, MINUTE), counted(1, 9_000, 0)),
        ]);
        assert!(verdict.allowed);
        assert_eq!((verdict.limit, verdict.remaining), (5, 1));
        assert_eq!(verdict.reset, Duration::from_secs(2));
        assert_eq!(verdict.retry_after, None);
    }

    #[test]
    fn the_rule_that_makes_wait_the_longest_speaks_when_one_refuses() {
        let verdict = Verdict::of([
            (Rate::new(1, MINUTE), counted(1, 1_000, 1_000)),
            (Rate::new(5, MINUTE), counted(5, 2_000, 2_000)),
            (Rate::new(3, MINUTE), counted(2, 9_000, 0)),
        ]);
        assert!(!verdict.allowed);
        assert_eq!((verdict.limit, verdict.remaining), (5, 0));
        assert_eq!(verdict.retry_after, Some(Duration::from_secs(2)));
        assert_eq!(verdict.reset, Duration::from_secs(2));
    }

    #[test]
    fn without_rules_everything_is_allowed() {
        assert!(Verdict::of([]).allowed);
    }

    #[test]
    fn what_is_kept_of_a_long_subject_is_bounded() {
        let long = RateKey::new("api", "x".repeat(10_000)).as_text();
        let other = RateKey::new("api", "x".repeat(10_001)).as_text();
        assert!(long.len() < 128, "{long}");
        assert_ne!(long, other);
        assert_eq!(RateKey::new("api", "::1").as_text(), "api:::1");
    }
}
