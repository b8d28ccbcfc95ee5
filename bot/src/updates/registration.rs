//! The webhook that is registered for our token, which another program may change.

use std::collections::VecDeque;

use chrono::TimeDelta;
use sesame_domain::time::Timestamp;
use tracing::warn;
use url::Url;

use super::failure::UpdateFailure;
use super::health::UpdateHealth;
use super::source::UpdateSource;
use crate::telegram::{Telegram, WebhookInfo};

/// How often it is restored…
const TIMES: usize = 3;
/// … within this time, before the other program is let have them: two that
/// take them from each other for ever both answer half of the people.
const WITHIN: TimeDelta = TimeDelta::hours(1);

/// What is registered for our token: our webhook, or none where we poll.
#[derive(Debug)]
pub(crate) struct Registration {
    source: UpdateSource,
    restored: VecDeque<Timestamp>,
    given_up: bool,
}

impl Registration {
    /// The one with which updates come from there.
    pub(crate) fn new(source: UpdateSource) -> Self {
        Self {
            source,
            restored: VecDeque::new(),
            given_up: false,
        }
    }

    /// Looks whether it is still ours; if not, restores it. What was seen, if it
    /// is.
    pub(crate) async fn look(
        &mut self,
        telegram: &Telegram,
        health: &UpdateHealth,
        now: Timestamp,
    ) -> Option<WebhookInfo> {
        match telegram.webhook_info().await {
            Ok(info) if self.source.is_set(&info) => {
                self.given_up = false;
                Some(info)
            }
            Ok(info) => {
                if !self.restore(&info, telegram, health, now).await {
                    let host = host(&info);
                    health.fails(UpdateFailure::Taken { host });
                }
                None
            }
            Err(fault) => {
                health.fails(fault.into());
                None
            }
        }
    }

    /// Restores it; `false`: that was tried too often.
    pub(crate) async fn restore(
        &mut self,
        info: &WebhookInfo,
        telegram: &Telegram,
        health: &UpdateHealth,
        now: Timestamp,
    ) -> bool {
        let host = host(info);
        if !self.may_restore(host.is_some(), now) {
            return false;
        }
        match (&host, &self.source) {
            (Some(host), UpdateSource::Webhook { .. }) => warn!(
                host,
                "another program changed the webhook of BOT_TOKEN; setting it again"
            ),
            (Some(host), UpdateSource::Polling) => warn!(
                host,
                "another program set a webhook with BOT_TOKEN, so that polling brings nothing; \
                 deleting it"
            ),
            (None, _) => {
                warn!("another program deleted the webhook of BOT_TOKEN; setting it again");
            }
        }
        match self.source.set(telegram).await {
            Ok(()) => health.works(),
            Err(fault) => health.fails(fault.into()),
        }
        true
    }

    /// Whether one may try once more, and notes that it is tried. What another
    /// program holds is not touched again once it was left to it.
    fn may_restore(&mut self, held: bool, now: Timestamp) -> bool {
        self.restored.retain(|at| (now - *at).abs() < WITHIN);
        self.given_up = (self.given_up && held) || self.restored.len() >= TIMES;
        if !self.given_up {
            self.restored.push_back(now);
        }
        !self.given_up
    }
}

/// Whose webhook it is: the host and no more, for the rest may be secret.
fn host(info: &WebhookInfo) -> Option<String> {
    if info.url.is_empty() {
        return None;
    }
    let url = Url::parse(&info.url).ok();
    let host = url.as_ref().and_then(Url::host_str);
    Some(host.unwrap_or("an address that cannot be read").to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn noon() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn a_webhook_is_restored_a_few_times_and_then_left() {
        let mut registration = Registration::new(UpdateSource::Polling);
        for _ in 0..TIMES {
            assert!(registration.may_restore(true, noon()));
        }
        assert!(!registration.may_restore(true, noon()));
        let later = noon() + WITHIN;
        assert!(
            !registration.may_restore(true, later),
            "it was left to the other"
        );
        assert!(registration.may_restore(false, later), "no one holds it");
    }

    #[test]
    fn what_happens_now_and_then_is_restored_each_time() {
        let mut registration = Registration::new(UpdateSource::Polling);
        for hours in 0..10 {
            let at = noon() + TimeDelta::hours(hours);
            assert!(registration.may_restore(true, at));
        }
    }

    #[test]
    fn of_an_address_only_the_host_is_told() {
        let info = |url: &str| WebhookInfo {
            url: url.to_owned(),
            ..WebhookInfo::default()
        };
        let told = host(&info("https://user:pass@other.example/bot1:secret?x=y"));
        assert_eq!(told.as_deref(), Some("other.example"));
        assert_eq!(host(&info("")), None);
        assert!(host(&info("nonsense")).is_some());
    }
}
