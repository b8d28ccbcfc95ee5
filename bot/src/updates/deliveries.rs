//! Whether Telegram gets updates to our webhook.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sesame_domain::time::Timestamp;

use super::failure::UpdateFailure;
use crate::telegram::WebhookInfo;

/// How old a failure may be that is seen for the first time, in seconds.
/// Telegram remembers the last one for ever.
const RECENT: i64 = 120;

/// When an update came in last, for the webhook to note and the monitor to see.
#[derive(Clone, Debug)]
pub(crate) struct LastUpdate(Arc<AtomicI64>);

impl LastUpdate {
    /// None yet.
    pub(crate) fn none() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MIN)))
    }

    /// One came in.
    pub(crate) fn note(&self, now: Timestamp) {
        self.0.store(now.timestamp(), Ordering::Relaxed);
    }

    fn is_after(&self, unix_seconds: i64) -> bool {
        self.0.load(Ordering::Relaxed) >= unix_seconds
    }
}

/// What was seen of Telegram's deliveries so far.
#[derive(Debug)]
pub(super) struct Deliveries {
    last_update: LastUpdate,
    seen: Option<WebhookInfo>,
    failing: bool,
}

impl Deliveries {
    /// Nothing yet.
    pub(super) fn new(last_update: LastUpdate) -> Self {
        Self {
            last_update,
            seen: None,
            failing: false,
        }
    }

    /// Whether Telegram gets updates through, by what it says now.
    pub(super) fn judge(&mut self, info: WebhookInfo, now: Timestamp) -> Option<UpdateFailure> {
        self.failing = self.fails(&info, now);
        let failing = self.failing.then(|| UpdateFailure::Undelivered {
            words: info
                .last_error_message
                .clone()
                .unwrap_or_else(|| "no reason is given".to_owned()),
            pending: info.pending_update_count,
        });
        self.seen = Some(info);
        failing
    }

    fn fails(&self, info: &WebhookInfo, now: Timestamp) -> bool {
        let Some(failed_at) = info.last_error_date else {
            return false;
        };
        if info.pending_update_count == 0 || self.last_update.is_after(failed_at) {
            return false;
        }
        let Some(seen) = &self.seen else {
            return now.timestamp() - failed_at <= RECENT;
        };
        if seen.last_error_date != Some(failed_at) {
            return true;
        }
        // Telegram tries less and less often: between two attempts there is
        // no newer failure, and no fewer updates wait.
        self.failing && info.pending_update_count >= seen.pending_update_count
    }
}

/// Whether we refused Telegram ourselves: it has another secret.
pub(super) fn has_another_secret(why: &UpdateFailure) -> bool {
    matches!(why, UpdateFailure::Undelivered { words, .. } if words.contains("401"))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    const NOON: i64 = 1_800_000_000;

    fn at(seconds: i64) -> Timestamp {
        DateTime::from_timestamp(NOON, 0).unwrap() + TimeDelta::seconds(seconds)
    }

    fn info(pending: u64, failed: Option<i64>) -> WebhookInfo {
        WebhookInfo {
            pending_update_count: pending,
            last_error_date: failed.map(|seconds| NOON + seconds),
            last_error_message: Some("Connection refused".to_owned()),
            ..WebhookInfo::default()
        }
    }

    #[test]
    fn updates_that_do_not_get_through_are_noticed_until_they_do() {
        let mut seen = Deliveries::new(LastUpdate::none());
        assert_eq!(seen.judge(info(0, None), at(0)), None);
        let why = seen.judge(info(2, Some(20)), at(30)).unwrap();
        assert!(
            why.to_string().contains("Connection refused (2 wait)"),
            "{why}"
        );
        // No further attempt yet.
        assert!(seen.judge(info(3, Some(20)), at(60)).is_some());
        assert!(seen.judge(info(3, Some(70)), at(90)).is_some());
        assert_eq!(seen.judge(info(0, Some(70)), at(120)), None);
    }

    #[test]
    fn a_failure_of_long_ago_is_none() {
        let mut seen = Deliveries::new(LastUpdate::none());
        assert_eq!(seen.judge(info(1, Some(-86_400)), at(0)), None);
        assert_eq!(seen.judge(info(5, Some(-86_400)), at(30)), None);
    }

    #[test]
    fn a_failure_before_what_came_in_is_none() {
        let last_update = LastUpdate::none();
        let mut seen = Deliveries::new(last_update.clone());
        last_update.note(at(25));
        assert_eq!(seen.judge(info(1, Some(20)), at(30)), None);
        assert!(seen.judge(info(1, Some(50)), at(60)).is_some());
    }
}
