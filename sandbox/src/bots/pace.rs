//! How fast a bot may write to one chat.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::error::ApiError;

/// Milliseconds after which one more message may be sent.
///
/// Source: core.telegram.org/bots/faq, "more than one message per second".
const REFILL_MS: i64 = 1_000;

/// Per chat, the time until which its messages are already accounted for.
#[derive(Debug, Default)]
pub(super) struct Pace {
    booked_until_ms: BTreeMap<i64, i64>,
}

impl Pace {
    /// Books one message, or says how long to wait.
    ///
    /// Up to `burst` messages may be sent at once.
    pub(super) fn book(
        &mut self,
        chat: i64,
        burst: u32,
        now: DateTime<Utc>,
    ) -> Result<(), ApiError> {
        let now = now.timestamp_millis();
        let booked = self.booked_until_ms.entry(chat).or_insert(now);
        let start = (*booked).max(now);
        let ahead = start - now;
        let allowed = i64::from(burst.max(1) - 1) * REFILL_MS;
        if ahead > allowed {
            let seconds = u64::try_from((ahead - allowed + 999) / 1_000).unwrap_or(1);
            return Err(ApiError::TooManyRequests {
                retry_after: seconds.max(1),
            });
        }
        *booked = start + REFILL_MS;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_the_next_one_waits() {
        let mut pace = Pace::default();
        let now = DateTime::UNIX_EPOCH;
        for _ in 0..3 {
            assert_eq!(pace.book(1, 3, now), Ok(()));
        }
        assert_eq!(
            pace.book(1, 3, now),
            Err(ApiError::TooManyRequests { retry_after: 1 })
        );
        assert_eq!(pace.book(2, 3, now), Ok(()));
        let later = now + chrono::Duration::seconds(1);
        assert_eq!(pace.book(1, 3, later), Ok(()));
        assert!(pace.book(1, 3, later).is_err());
    }
}
