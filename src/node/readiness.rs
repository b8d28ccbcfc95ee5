//! Whether a part can work, asked no oftener than makes sense, with a word in
//! the log when that changes.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::reason::Reason;
use sesame_domain::time::{Clock, Timestamp};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// A part that takes longer to answer is not ready.
const PATIENCE: Duration = Duration::from_secs(4);

/// How long an answer counts: a check writes to the disk, and anyone can ask.
const COUNTS_FOR: TimeDelta = TimeDelta::seconds(1);

/// A part that took too long to answer.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {PATIENCE:?}")]
struct Late;

/// Why a part cannot work.
pub(crate) type Fault = Box<dyn Error + Send + Sync>;

/// A part, and what it answered last.
pub(crate) struct Readiness {
    part: &'static str,
    clock: Arc<dyn Clock>,
    // Held during a check: who asks meanwhile waits for what it brings.
    last: Mutex<Option<Answer>>,
}

struct Answer {
    at: Timestamp,
    /// Why the part cannot work.
    reason: Option<String>,
}

impl Answer {
    /// A clock that was set back makes it count no longer.
    fn counts(&self, now: Timestamp) -> bool {
        (TimeDelta::zero()..COUNTS_FOR).contains(&(now - self.at))
    }
}

impl Readiness {
    /// A part of this name, which was not asked yet.
    pub(crate) fn of(part: &'static str, clock: Arc<dyn Clock>) -> Self {
        Self {
            part,
            clock,
            last: Mutex::new(None),
        }
    }

    /// The part's name.
    pub(crate) fn part(&self) -> &'static str {
        self.part
    }

    /// Whether the part is ready. Whoever asks while it is being asked, or
    /// right afterwards, gets the same answer.
    pub(crate) async fn ask(&self, check: impl Future<Output = Result<(), Fault>>) -> bool {
        let mut last = self.last.lock().await;
        let now = self.clock.now();
        if let Some(answer) = last.as_ref().filter(|answer| answer.counts(now)) {
            return answer.reason.is_none();
        }
        let outcome = timeout(PATIENCE, check)
            .await
            .unwrap_or_else(|_| Err(Late.into()));
        let reason = outcome.err().map(|error| Reason::of(&*error).to_string());
        let before = last.take().and_then(|answer| answer.reason);
        self.tell(before.as_deref(), reason.as_deref());
        let ready = reason.is_none();
        *last = Some(Answer {
            at: self.clock.now(),
            reason,
        });
        ready
    }

    /// Once for each reason: someone must act.
    fn tell(&self, before: Option<&str>, reason: Option<&str>) {
        let part = self.part;
        match reason {
            Some(error) if before != reason => {
                tracing::error!(part, error, "not ready: this part does not work");
            }
            None if before.is_some() => tracing::info!(part, "ready again"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use chrono::DateTime;
    use sesame_domain::time::ManualClock;

    use super::*;

    #[tokio::test]
    async fn a_part_is_asked_once_a_second_at_most() {
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let readiness = Readiness::of("database", clock.clone());
        let asked = AtomicU32::new(0);
        let check = || async {
            asked.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        for _ in 0..10 {
            assert!(readiness.ask(check()).await);
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        for step in [COUNTS_FOR, TimeDelta::hours(-1)] {
            clock.advance(step);
            assert!(readiness.ask(check()).await);
        }
        assert_eq!(asked.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn a_part_that_fails_is_not_ready_until_it_works() {
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let readiness = Readiness::of("database", clock.clone());
        assert!(!readiness.ask(async { Err(Late.into()) }).await);
        clock.advance(COUNTS_FOR);
        assert!(readiness.ask(async { Ok(()) }).await);
    }
}
