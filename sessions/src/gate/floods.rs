//! Floods: the waits that Telegram asked for.
//!
//! Never is asked again before the time that Telegram gave, by no call that it
//! counts together with the one that was refused. A short wait is slept through,
//! as far as the call's patience goes; for a longer one the call is refused, with
//! the time at which it may be made, and Telegram is not asked.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sesame_domain::backoff::{Backoff, Jitter};
use sesame_domain::random::Entropy;
use sesame_domain::time::Timestamp;

use crate::subject::Counted;

use super::error::FloodKind;

/// A flood without a length is not tried again without end.
const SHORTEST: Duration = Duration::from_secs(1);
/// Never earlier than Telegram said: so much later at least.
const LATER: Jitter = Jitter::percent(10, 10);
/// And not all at the same moment: so much later again.
const APART: Jitter = Jitter::percent(0, 20);
/// Floods of a method one after the other double the wait, up to this or to
/// what Telegram says, whichever is longer.
const LONGEST_DOUBLED: Duration = Duration::from_hours(1);
/// How long after its end a flood still counts as the one before the next.
const REMEMBERED: Duration = Duration::from_mins(10);
/// How many waits are remembered; beyond that, those that end first are
/// forgotten.
const ROOM: usize = 10_000;

/// What Telegram counts together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FloodKey {
    /// Whose calls; `None`: no one's who is known.
    pub(super) whose: Option<Counted>,
    /// Of what.
    pub(super) method: &'static str,
    /// Whether inside of an export.
    pub(super) is_inside: bool,
}

/// A wait that has to be over first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ahead {
    /// What is left of it, as Telegram counts: this takes patience.
    pub(super) left: Duration,
    /// How long to sleep, a little more.
    pub(super) pause: Duration,
    /// From when on the call may be made.
    pub(super) until: Timestamp,
    /// What was counted.
    pub(super) kind: FloodKind,
}

#[derive(Clone, Copy, Debug)]
struct Noted {
    kind: FloodKind,
    at: Timestamp,
    /// How long, as Telegram counts, and how long in fact.
    wait: Duration,
    whole: Duration,
    /// How many came before it, each soon after the other.
    before: u32,
}

impl Noted {
    fn until(&self) -> Timestamp {
        self.at + self.whole
    }

    /// How long it is over; `None`: it is not. What was noted by a clock that
    /// was ahead is over.
    fn over(&self, now: Timestamp) -> Option<Duration> {
        let passed = (now - self.at).to_std().unwrap_or(Duration::MAX);
        passed.checked_sub(self.whole)
    }
}

/// The waits that are known.
#[derive(Debug, Default)]
pub(super) struct Floods(Mutex<HashMap<FloodKey, Noted>>);

impl Floods {
    /// Telegram wants a wait.
    pub(super) fn note(&self, key: FloodKey, kind: FloodKind, wait: Duration, now: Timestamp) {
        let mut all = self.all();
        let known = all.get(&key).copied();
        let before = match known {
            // Sent before the wait was known: it is the same flood.
            Some(known) if known.over(now).is_none() => known.before,
            Some(known) if known.over(now) < Some(REMEMBERED) => known.before.saturating_add(1),
            Some(_) | None => 0,
        };
        let wait = lengthened(kind, wait.max(SHORTEST), before);
        // Chance tells apart those who wait, and what people are told is the
        // same for all.
        let noted = Noted {
            kind,
            at: now,
            wait,
            whole: LATER.lengthen(wait, &Never),
            before,
        };
        if known.is_some_and(|known| known.over(now).is_none() && known.until() > noted.until()) {
            return;
        }
        make_room(&mut all, now);
        all.insert(key, noted);
    }

    /// The wait that has to be over before the call is made; `None`: there is
    /// none.
    pub(super) fn ahead(
        &self,
        key: &FloodKey,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Option<Ahead> {
        let all = self.all();
        let noted = all.get(key).filter(|noted| noted.over(now).is_none())?;
        let passed = (now - noted.at).to_std().unwrap_or_default();
        let apart = apart(noted.wait, entropy);
        Some(Ahead {
            left: noted
                .wait
                .saturating_sub(passed)
                .max(SHORTEST.min(noted.wait)),
            pause: noted.whole.saturating_sub(passed) + apart,
            until: noted.until(),
            kind: noted.kind,
        })
    }

    /// A wait until that moment, of which no more is known.
    pub(super) fn until(until: Timestamp, now: Timestamp, entropy: &dyn Entropy) -> Ahead {
        let left = (until - now).to_std().unwrap_or_default();
        Ahead {
            left,
            pause: left + apart(left, entropy),
            until,
            kind: FloodKind::Calls,
        }
    }

    /// Telegram answered a call: no flood is the one before the next.
    pub(super) fn answered(&self, key: &FloodKey, now: Timestamp) {
        let mut all = self.all();
        // One that was under way says nothing of a wait that began since.
        if all.get(key).is_some_and(|noted| noted.over(now).is_some()) {
            all.remove(key);
        }
    }

    /// How long to sleep through a wait that is not remembered.
    pub(super) fn pause(wait: Duration, entropy: &dyn Entropy) -> Duration {
        let wait = wait.max(SHORTEST);
        LATER.lengthen(wait, &Never) + apart(wait, entropy)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<FloodKey, Noted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one who waits so long waits longer than the others.
fn apart(wait: Duration, entropy: &dyn Entropy) -> Duration {
    APART.lengthen(wait, entropy).saturating_sub(wait)
}

/// How long to wait when so many floods came just before. How fast an account
/// may go is no sign of trouble: it stays as it is.
fn lengthened(kind: FloodKind, wait: Duration, before: u32) -> Duration {
    match kind {
        FloodKind::Premium => wait,
        FloodKind::Calls | FloodKind::TestPhone | FloodKind::Daily | FloodKind::Number => {
            Backoff::new(wait, LONGEST_DOUBLED.max(wait)).wait(before)
        }
    }
}

fn make_room(all: &mut HashMap<FloodKey, Noted>, now: Timestamp) {
    if all.len() < ROOM {
        return;
    }
    all.retain(|_, noted| noted.over(now).is_none_or(|over| over < REMEMBERED));
    if all.len() < ROOM {
        return;
    }
    let first = all.iter().min_by_key(|(_, noted)| noted.until());
    if let Some(key) = first.map(|(key, _)| key.clone()) {
        all.remove(&key);
    }
}

/// No chance: what is the same for all.
struct Never;

impl Entropy for Never {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}

/// How much of floods a call sleeps through.
#[derive(Debug)]
pub(super) struct Patience {
    /// The longest sum.
    most: Duration,
    slept: Duration,
}

impl Patience {
    pub(super) fn new(most: Duration) -> Self {
        Self {
            most,
            slept: Duration::ZERO,
        }
    }

    /// Whether it reaches for another wait.
    pub(super) fn reaches(&mut self, wait: Duration) -> bool {
        let slept = self.slept + wait.max(SHORTEST);
        let reaches = slept <= self.most;
        if reaches {
            self.slept = slept;
        }
        reaches
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sesame_test_doubles::FixedEntropy;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_timestamp_millis(1_800_000_000_000 + millis).unwrap()
    }

    fn key() -> FloodKey {
        FloodKey {
            whose: None,
            method: "users.getUsers",
            is_inside: false,
        }
    }

    fn note(floods: &Floods, seconds: u64, now: Timestamp) {
        floods.note(key(), FloodKind::Calls, Duration::from_secs(seconds), now);
    }

    fn pause(floods: &Floods, now: Timestamp, byte: u8) -> Option<Duration> {
        let ahead = floods.ahead(&key(), now, &FixedEntropy(byte));
        ahead.map(|ahead| ahead.pause)
    }

    #[test]
    fn a_flood_is_slept_through_ten_to_thirty_percent_longer() {
        let floods = Floods::default();
        note(&floods, 10, at(0));
        for (byte, millis) in [(0, 11_000), (255, 13_000)] {
            let expected = Some(Duration::from_millis(millis));
            assert_eq!(pause(&floods, at(0), byte), expected);
        }
    }

    #[test]
    fn the_next_call_waits_for_what_is_left() {
        let floods = Floods::default();
        note(&floods, 10, at(0));
        assert_eq!(pause(&floods, at(4_000), 0), Some(Duration::from_secs(7)));
        assert_eq!(pause(&floods, at(11_000), 0), None);
        let other = FloodKey {
            method: "updates.getState",
            ..key()
        };
        assert_eq!(floods.ahead(&other, at(0), &FixedEntropy(0)), None);
        let inside = FloodKey {
            is_inside: true,
            ..key()
        };
        assert_eq!(floods.ahead(&inside, at(0), &FixedEntropy(0)), None);
    }

    #[test]
    fn floods_one_after_the_other_double_until_something_is_answered() {
        let floods = Floods::default();
        let mut now = at(0);
        let mut waits = Vec::new();
        for _ in 0..3 {
            note(&floods, 10, now);
            let ahead = floods.ahead(&key(), now, &FixedEntropy(0)).unwrap();
            waits.push(ahead.left.as_secs());
            now = ahead.until;
        }
        assert_eq!(waits, [10, 20, 40]);
        floods.answered(&key(), now);
        note(&floods, 10, now);
        assert_eq!(pause(&floods, now, 0), Some(Duration::from_secs(11)));
    }

    #[test]
    fn calls_that_were_under_way_together_are_flooded_once() {
        let floods = Floods::default();
        for millis in [0, 10, 20] {
            note(&floods, 10, at(millis));
        }
        let left = floods.ahead(&key(), at(20), &FixedEntropy(0)).unwrap().left;
        assert_eq!(left, Duration::from_secs(10));
        // One that was answered late does not end the wait.
        floods.answered(&key(), at(30));
        assert!(pause(&floods, at(30), 0).is_some());
    }

    #[test]
    fn how_fast_an_account_may_go_does_not_double() {
        let floods = Floods::default();
        for millis in [0, 4_000, 8_000] {
            let three = Duration::from_secs(3);
            floods.note(key(), FloodKind::Premium, three, at(millis));
        }
        assert_eq!(
            pause(&floods, at(8_000), 0),
            Some(Duration::from_millis(3_300))
        );
    }

    #[test]
    fn a_wait_of_a_clock_that_was_ahead_is_over() {
        let floods = Floods::default();
        note(&floods, 3_600, at(86_400_000));
        assert_eq!(pause(&floods, at(0), 0), None);
    }

    #[test]
    fn no_more_waits_are_remembered_than_there_is_room_for() {
        let floods = Floods::default();
        for person in 0..=ROOM {
            let owner = sesame_domain::ids::Owner {
                tenant: "default".parse().unwrap(),
                person: sesame_domain::ids::PersonId(i64::try_from(person).unwrap()),
            };
            let key = FloodKey {
                whose: Some(Counted::Account(owner)),
                method: "users.getUsers",
                is_inside: false,
            };
            floods.note(key, FloodKind::Calls, Duration::from_mins(9), at(0));
        }
        assert_eq!(floods.all().len(), ROOM);
    }

    #[test]
    fn floods_of_more_than_the_patience_are_not_slept_through() {
        let minute = Duration::from_mins(1);
        let mut patience = Patience::new(minute);
        assert!(!patience.reaches(Duration::from_secs(61)));
        assert!(patience.reaches(Duration::from_secs(40)));
        assert!(!patience.reaches(Duration::from_secs(40)));
        let mut patience = Patience::new(minute);
        let slept = (0..100)
            .filter(|_| patience.reaches(Duration::ZERO))
            .count();
        assert_eq!(slept, 60);
    }

    proptest! {
        #[test]
        fn nothing_is_asked_before_the_time_that_telegram_gave(
            floods in proptest::collection::vec((0_u64..100_000, 0_i64..200_000), 1..20),
            byte in any::<u8>(),
        ) {
            let known = Floods::default();
            let mut now = at(0);
            let mut allowed = at(0);
            for (seconds, passes) in floods {
                note(&known, seconds, now);
                allowed = allowed.max(now + Duration::from_secs(seconds));
                let ahead = known.ahead(&key(), now, &FixedEntropy(byte)).unwrap();
                prop_assert!(ahead.until >= allowed);
                prop_assert!(now + ahead.pause >= ahead.until);
                now += chrono::TimeDelta::seconds(passes);
                if now < allowed {
                    prop_assert!(known.ahead(&key(), now, &FixedEntropy(byte)).is_some());
                }
            }
        }
    }
}
