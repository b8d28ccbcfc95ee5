//! Our claim to the updates of our token, which another program may dispute.

use std::collections::VecDeque;

use chrono::TimeDelta;
use sesame_domain::time::Timestamp;
use tracing::warn;
use url::Url;

use super::{Deafness, Hearing};
use crate::telegram::{Telegram, WebhookInfo};
use crate::way::Way;

/// How often the updates are taken back…
const TIMES: usize = 3;
/// … within this time, before the other program is let have them: two that
/// take them from each other for ever both answer half of the people.
const WITHIN: TimeDelta = TimeDelta::hours(1);

/// Our claim to the updates of our token.
#[derive(Debug)]
pub(crate) struct Claim {
    way: Way,
    taken_back: VecDeque<Timestamp>,
    given_up: bool,
}

impl Claim {
    /// The claim that updates come this way.
    pub(crate) fn new(way: Way) -> Self {
        Self {
            way,
            taken_back: VecDeque::new(),
            given_up: false,
        }
    }

    /// Looks whether updates still come our way; if not, takes them back.
    /// What was seen, if they do.
    pub(crate) async fn look(
        &mut self,
        telegram: &Telegram,
        hearing: &Hearing,
        now: Timestamp,
    ) -> Option<WebhookInfo> {
        match telegram.webhook_info().await {
            Ok(info) if self.way.is_set(&info) => {
                self.given_up = false;
                Some(info)
            }
            Ok(info) => {
                if !self.take_back(&info, telegram, hearing, now).await {
                    let host = host(&info);
                    hearing.lost(Deafness::Taken { host });
                }
                None
            }
            Err(fault) => {
                hearing.lost(fault.into());
                None
            }
        }
    }

    /// Takes the updates back; `false`: that was tried too often.
    pub(crate) async fn take_back(
        &mut self,
        info: &WebhookInfo,
        telegram: &Telegram,
        hearing: &Hearing,
        now: Timestamp,
    ) -> bool {
        let host = host(info);
        if !self.may_take_back(host.is_some(), now) {
            return false;
        }
        match (&host, &self.way) {
            (Some(host), Way::Pushed { .. }) => warn!(
                host,
                "another program changed the webhook of BOT_TOKEN; setting it again"
            ),
            (Some(host), Way::Fetched) => warn!(
                host,
                "another program set a webhook with BOT_TOKEN, so that polling brings nothing; \
                 deleting it"
            ),
            (None, _) => {
                warn!("another program deleted the webhook of BOT_TOKEN; setting it again");
            }
        }
        match self.way.set(telegram).await {
            Ok(()) => hearing.found(),
            Err(fault) => hearing.lost(fault.into()),
        }
        true
    }

    /// Whether one may try once more, and notes that it is tried. What another
    /// program holds is not touched again once it was left to it.
    fn may_take_back(&mut self, held: bool, now: Timestamp) -> bool {
        self.taken_back.retain(|at| (now - *at).abs() < WITHIN);
        self.given_up = (self.given_up && held) || self.taken_back.len() >= TIMES;
        if !self.given_up {
            self.taken_back.push_back(now);
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
    fn a_webhook_is_taken_back_a_few_times_and_then_left() {
        let mut claim = Claim::new(Way::Fetched);
        for _ in 0..TIMES {
            assert!(claim.may_take_back(true, noon()));
        }
        assert!(!claim.may_take_back(true, noon()));
        let later = noon() + WITHIN;
        assert!(
            !claim.may_take_back(true, later),
            "it was left to the other"
        );
        assert!(claim.may_take_back(false, later), "no one holds it");
    }

    #[test]
    fn what_happens_now_and_then_is_mended_each_time() {
        let mut claim = Claim::new(Way::Fetched);
        for hours in 0..10 {
            let at = noon() + TimeDelta::hours(hours);
            assert!(claim.may_take_back(true, at));
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
