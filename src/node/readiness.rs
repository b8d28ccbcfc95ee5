//! Whether a part can work, asked no oftener than makes sense, with a word in
//! the log when that changes.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use metrics::gauge;
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

/// What it means for the node that a part does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// It cannot answer requests.
    Unready,
    /// It serves, and some of what it does has to wait.
    Degraded,
}

/// A part, and what it answered last.
pub(crate) struct Part {
    name: &'static str,
    lack: Lack,
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

impl Part {
    /// A part of this name, which was not asked yet.
    pub(crate) fn new(name: &'static str, lack: Lack, clock: Arc<dyn Clock>) -> Self {
        Self {
            name,
            lack,
            clock,
            last: Mutex::new(None),
        }
    }

    /// The part's name.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// What it means for the node that the part does not work.
    pub(crate) fn lack(&self) -> Lack {
        self.lack
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
        gauge!("sesame_part_works", "part" => self.name).set(f64::from(u8::from(ready)));
        *last = Some(Answer {
            at: self.clock.now(),
            reason,
        });
        ready
    }

    /// Once for each reason: someone must act, or know.
    fn tell(&self, before: Option<&str>, reason: Option<&str>) {
        let part = self.name;
        match (reason, self.lack) {
            (Some(error), Lack::Unready) if before != reason => {
                tracing::error!(part, error, "not ready: this part does not work");
            }
            (Some(error), Lack::Degraded) if before != reason => {
                tracing::warn!(part, error, "degraded: what this part is for has to wait");
            }
            (None, _) if before.is_some() => tracing::info!(part, "ready again"),
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
        let part = Part::new("database", Lack::Unready, clock.clone());
        let asked = AtomicU32::new(0);
        let check = || async {
            asked.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        for _ in 0..10 {
            assert!(part.ask(check()).await);
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        for step in [COUNTS_FOR, TimeDelta::hours(-1)] {
            clock.advance(step);
            assert!(part.ask(check()).await);
        }
        assert_eq!(asked.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn a_part_that_fails_is_not_ready_until_it_works() {
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let part = Part::new("database", Lack::Unready, clock.clone());
        assert!(!part.ask(async { Err(Late.into()) }).await);
        clock.advance(COUNTS_FOR);
        assert!(part.ask(async { Ok(()) }).await);
    }
}
