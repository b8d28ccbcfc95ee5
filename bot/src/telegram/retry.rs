//! How often an answer is tried: the one retry policy of the bot's answers.
//!
//! What the bot says by itself has its own schedule, in the outbox.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::backoff::Backoff;
use sesame_domain::time::Timestamp;
use teloxide::types::ChatId;

use super::fault::ApiFault;

/// The waits after failures that may pass by themselves, and how many there are.
const WAITS: Backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(4));
const MOST_WAITS: u32 = 4;

/// The longest wait of Telegram's that an answer is held for: later it is no
/// answer any more.
const LONGEST: Duration = Duration::from_secs(30);

/// What may come of doing the same twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// Nothing: the second time changes nothing.
    Harmless,
    /// A person reads the same twice.
    Doubles,
}

/// The attempts at one call.
#[derive(Debug)]
pub(super) struct Attempts {
    again: Again,
    failed: u32,
    unsure: bool,
    waited: Duration,
}

impl Attempts {
    /// None yet.
    pub(super) fn at(again: Again) -> Self {
        Self {
            again,
            failed: 0,
            unsure: false,
            waited: Duration::ZERO,
        }
    }

    /// How long to wait before the next one; `None`: it is not worth one.
    pub(super) fn after(&mut self, fault: &ApiFault) -> Option<Duration> {
        let wait = match fault {
            ApiFault::RetryAfter(asked) => *asked,
            ApiFault::NoConnection | ApiFault::Server(_) => self.back_off()?,
            ApiFault::Network(_) | ApiFault::Answer => {
                // It may have been done. Better said twice than not at all,
                // but not three times.
                if self.again == Again::Doubles && std::mem::replace(&mut self.unsure, true) {
                    return None;
                }
                self.back_off()?
            }
            ApiFault::Unreachable(_)
            | ApiFault::Token
            | ApiFault::Conflict
            | ApiFault::NotModified
            | ApiFault::Gone
            | ApiFault::NoTopic
            | ApiFault::Refused(_) => return None,
        };
        self.failed += 1;
        self.waited += wait;
        (self.waited <= LONGEST).then_some(wait)
    }

    fn back_off(&self) -> Option<Duration> {
        (self.failed < MOST_WAITS).then(|| WAITS.wait(self.failed))
    }
}

/// How long each chat was waited for lately. Updates of one chat are dealt with
/// one after the other: without a limit, someone who writes more than Telegram
/// lets the bot answer would fill the queue that others stand in.
#[derive(Clone, Debug, Default)]
pub(super) struct Patience(Arc<Mutex<HashMap<ChatId, Spent>>>);

#[derive(Debug)]
struct Spent {
    since: Timestamp,
    waited: Duration,
}

impl Patience {
    /// Within that much time…
    const WINDOW: TimeDelta = TimeDelta::minutes(2);
    /// … a chat is waited for no longer than this.
    const A_CHAT: Duration = Duration::from_secs(45);

    /// Whether there is patience for another wait in this chat.
    pub(super) fn grants(&self, chat: ChatId, wait: Duration, now: Timestamp) -> bool {
        let mut chats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |spent: &Spent| (now - spent.since).abs() < Self::WINDOW;
        chats.retain(|_, spent| recent(spent));
        let spent = chats.entry(chat).or_insert(Spent {
            since: now,
            waited: Duration::ZERO,
        });
        if spent.waited + wait > Self::A_CHAT {
            return false;
        }
        spent.waited += wait;
        true
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rstest::rstest;

    use super::*;

    fn flood(seconds: u64) -> ApiFault {
        ApiFault::RetryAfter(Duration::from_secs(seconds))
    }

    fn waits(again: Again, faults: &[ApiFault]) -> Vec<Option<u64>> {
        let mut attempts = Attempts::at(again);
        let wait = |fault| attempts.after(fault).map(|wait| wait.as_millis());
        let waits = faults.iter().map(wait);
        waits
            .map(|wait| wait.map(|ms| u64::try_from(ms).unwrap()))
            .collect()
    }

    #[test]
    fn telegrams_own_wait_is_kept_up_to_a_bound() {
        let again = Again::Doubles;
        assert_eq!(
            waits(again, &[flood(3), flood(4)]),
            [Some(3000), Some(4000)]
        );
        assert_eq!(waits(again, &[flood(31)]), [None]);
        assert_eq!(waits(again, &[flood(20), flood(20)]), [Some(20_000), None]);
    }

    #[rstest]
    #[case(ApiFault::Server(502))]
    #[case(ApiFault::NoConnection)]
    fn what_was_not_done_is_tried_for_some_seconds(#[case] fault: ApiFault) {
        let faults = vec![fault; 5];
        assert_eq!(
            waits(Again::Doubles, &faults),
            [Some(500), Some(1000), Some(2000), Some(4000), None]
        );
    }

    #[test]
    fn what_may_have_been_done_is_said_twice_at_most() {
        let faults = vec![ApiFault::Network("timed out"); 3];
        assert_eq!(waits(Again::Doubles, &faults), [Some(500), None, None]);
        assert_eq!(
            waits(Again::Harmless, &faults),
            [Some(500), Some(1000), Some(2000)]
        );
    }

    #[rstest]
    #[case(ApiFault::Unreachable("blocked"))]
    #[case(ApiFault::Token)]
    #[case(ApiFault::Gone)]
    #[case(ApiFault::Refused("no".to_owned()))]
    fn what_stays_refused_is_not_tried_again(#[case] fault: ApiFault) {
        assert_eq!(waits(Again::Harmless, &[fault]), [None]);
    }

    #[test]
    fn one_chat_does_not_take_all_the_patience() {
        let patience = Patience::default();
        let noon = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let long = Duration::from_secs(30);
        assert!(patience.grants(ChatId(1), long, noon));
        assert!(!patience.grants(ChatId(1), long, noon));
        assert!(patience.grants(ChatId(2), long, noon));
        let later = noon + Patience::WINDOW;
        assert!(patience.grants(ChatId(1), long, later));
    }
}
