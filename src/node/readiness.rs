//! Whether a part can work, asked no oftener than makes sense, with a word in
//! the log when that changes.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::time::{Clock, Timestamp};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// A part that takes longer to answer is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

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
    last: Mutex<Option<Answer>>,
}

#[derive(Clone, Copy)]
struct Answer {
    at: Timestamp,
    ready: bool,
}

impl Answer {
    /// A clock that was set back makes it count no longer.
    fn counts(self, now: Timestamp) -> bool {
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
        if let Some(answer) = last.filter(|answer| answer.counts(now)) {
            return answer.ready;
        }
        let outcome = timeout(PATIENCE, check)
            .await
            .unwrap_or_else(|_| Err(Late.into()));
        let was_ready = last.is_none_or(|answer| answer.ready);
        self.tell(was_ready, &outcome);
        let ready = outcome.is_ok();
        *last = Some(Answer {
            at: self.clock.now(),
            ready,
        });
        ready
    }

    fn tell(&self, was_ready: bool, outcome: &Result<(), Fault>) {
        match outcome {
            Err(error) if was_ready => {
                let reason = error.source().map(ToString::to_string).unwrap_or_default();
                tracing::error!(part = self.part, %error, reason, "not ready");
            }
            Ok(()) if !was_ready => tracing::info!(part = self.part, "ready again"),
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
