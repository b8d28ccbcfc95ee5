//! How Telegram takes the application that Sesame is: `API_ID` and `API_HASH`.

use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use sesame_domain::time::Timestamp;
use tokio::sync::watch;

/// How often a refusal is told while it lasts.
const TELL_EVERY: TimeDelta = TimeDelta::minutes(10);

/// How Telegram takes the application.
#[derive(Debug)]
pub(crate) struct Standing {
    refused: watch::Sender<bool>,
    told_at: Mutex<Option<Timestamp>>,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            refused: watch::Sender::new(false),
            told_at: Mutex::default(),
        }
    }
}

impl Standing {
    /// Telegram refused it, by this name; says whether that is to be told.
    pub(super) fn refuse(&self, name: &str, now: Timestamp) -> bool {
        let newly = !self.refused.send_replace(true);
        let mut told_at = self.told_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = told_at.is_some_and(|told| told <= now && now - told < TELL_EVERY);
        let tells = newly || !is_fresh;
        if tells {
            *told_at = Some(now);
            tracing::error!(
                name,
                "Telegram refuses API_ID and API_HASH: no one can link an account. \
                 Compare both with https://my.telegram.org/apps"
            );
        }
        tells
    }

    /// Telegram took both.
    pub(super) fn accept(&self) {
        if self.refused.send_replace(false) {
            tracing::info!("Telegram takes API_ID and API_HASH again");
        }
    }

    /// Whether Telegram refused it, and has not taken it since.
    pub(crate) fn is_refused(&self) -> bool {
        *self.refused.borrow()
    }

    /// Waits until Telegram refuses it.
    pub(crate) async fn refused(&self) {
        let mut refused = self.refused.subscribe();
        // It cannot close while it is borrowed.
        let _ = refused.wait_for(|refused| *refused).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_at_once_and_then_now_and_then() {
        let at = |seconds: i64| Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap();
        let standing = Standing::default();
        let name = "API_ID_INVALID";
        let told = [0, 1, 599, 600, 601].map(|seconds| standing.refuse(name, at(seconds)));
        assert_eq!(told, [true, false, false, true, false]);
        standing.accept();
        assert!(!standing.is_refused());
        assert!(standing.refuse(name, at(602)));
        // The clock was ahead.
        assert!(standing.refuse(name, at(0)));
    }
}
