//! The throttle: calls of one account follow each other at a distance, drawn by
//! chance. It widens when Telegram answers with floods, and narrows again with
//! quiet. Calls of one account wait in turn; those of another are not in the way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sesame_domain::random::Entropy;
use tokio::time::Instant;

use crate::settings::Throttling;
use crate::subject::Counted;

/// By so much a flood widens the distance, up to so many times the usual one.
const WIDENS: f64 = 1.5;
const WIDEST: f64 = 32.0;
/// In so long without a flood what was widened is halved, little by little. These
/// three are what `simulation.rs` found best.
const HALVES: Duration = Duration::from_mins(5);
/// So many calls of a login are not held up: a person waits before the code, and
/// who they are is not known before its end.
const FREE_OF_A_LOGIN: u32 = 12;
/// From so many accounts on, those that need no distance are forgotten.
const TIDY_AT: usize = 1_024;

/// How far the calls of an account are apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Distance {
    /// How many times the usual one it was, and since when; `None`: once.
    widened: Option<(f64, Instant)>,
}

impl Distance {
    /// Telegram answered with a flood.
    pub(super) fn widen(&mut self, now: Instant) {
        self.widened = Some(((self.times(now) * WIDENS).min(WIDEST), now));
    }

    /// How many times the usual one it is now; at least once.
    fn times(self, now: Instant) -> f64 {
        let Some((times, since)) = self.widened else {
            return 1.0;
        };
        let quiet = now.saturating_duration_since(since);
        let halvings = quiet.as_secs_f64() / HALVES.as_secs_f64();
        (times * 0.5_f64.powf(halvings)).max(1.0)
    }

    /// Whether no flood is felt any more.
    fn is_usual(self, now: Instant) -> bool {
        self.times(now) <= 1.0
    }

    /// The distance to the next call.
    pub(super) fn draw(
        self,
        throttling: Throttling,
        now: Instant,
        entropy: &dyn Entropy,
    ) -> Duration {
        let Throttling { floor, ceiling } = throttling;
        let mut bytes = [0; 2];
        entropy.fill(&mut bytes);
        let part = u32::from(u16::from_be_bytes(bytes));
        let room = ceiling.saturating_sub(floor);
        let usual = floor + room * part / u32::from(u16::MAX);
        if self.is_usual(now) {
            return usual;
        }
        usual.mul_f64(self.times(now))
    }
}

/// The calls of an account.
#[derive(Debug, Default)]
struct Lane {
    /// Whoever has it is next; the others wait in the order in which they came.
    turn: tokio::sync::Mutex<Turn>,
    distance: Mutex<Distance>,
}

#[derive(Debug, Default)]
struct Turn {
    /// From when on the next call may be made.
    next: Option<Instant>,
    made: u32,
}

impl Lane {
    fn distance(&self) -> MutexGuard<'_, Distance> {
        self.distance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_idle(&self, now: Instant) -> bool {
        let is_over = |turn: &Turn| turn.next.is_none_or(|next| next <= now);
        self.distance().is_usual(now) && self.turn.try_lock().is_ok_and(|turn| is_over(&turn))
    }
}

/// Keeps the calls of each account apart.
#[derive(Debug)]
pub(super) struct Throttle {
    throttling: Throttling,
    lanes: Mutex<HashMap<Counted, Arc<Lane>>>,
}

impl Throttle {
    pub(super) fn new(throttling: Throttling) -> Self {
        Self {
            throttling,
            lanes: Mutex::default(),
        }
    }

    /// Waits for a call's turn; how long. Who gives up waiting gives the place
    /// back.
    pub(super) async fn turn(&self, whose: &Counted, entropy: &dyn Entropy) -> Duration {
        let came = Instant::now();
        let lane = self.lane(whose);
        let mut turn = lane.turn.lock().await;
        let is_free = match whose {
            Counted::Login(_) => {
                turn.made < FREE_OF_A_LOGIN && lane.distance().is_usual(Instant::now())
            }
            Counted::Account(_) => false,
        };
        if let Some(next) = turn.next.filter(|_| !is_free) {
            tokio::time::sleep_until(next).await;
        }
        let now = Instant::now();
        let distance = *lane.distance();
        turn.next = Some(now + distance.draw(self.throttling, now, entropy));
        turn.made = turn.made.saturating_add(1);
        now - came
    }

    /// Telegram answered a call with a flood.
    pub(super) fn flooded(&self, whose: &Counted) {
        self.lane(whose).distance().widen(Instant::now());
    }

    fn lane(&self, whose: &Counted) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get(whose) {
            return Arc::clone(lane);
        }
        if lanes.len() >= TIDY_AT && lanes.len() == lanes.capacity() {
            let now = Instant::now();
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1 || !lane.is_idle(now));
        }
        Arc::clone(lanes.entry(whose.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt as _, poll};
    use proptest::prelude::*;
    use sesame_domain::ids::{LoginId, Owner, PersonId};
    use sesame_domain::random::SystemEntropy;
    use sesame_test_doubles::FixedEntropy;

    use super::*;

    /// Longer than any test: who has to wait is seen to wait.
    const HOUR: Duration = Duration::from_hours(1);
    const LONG: Throttling = Throttling {
        floor: HOUR,
        ceiling: HOUR,
    };

    /// Whether a call's turn comes at once.
    fn at_once(throttle: &Throttle, whose: &Counted) -> bool {
        let turn = throttle.turn(whose, &FixedEntropy(0));
        turn.now_or_never().is_some()
    }

    fn account(person: i64) -> Counted {
        Counted::Account(Owner {
            tenant: "default".parse().unwrap(),
            person: PersonId(person),
        })
    }

    #[tokio::test]
    async fn calls_of_one_account_are_apart_and_of_another_are_not_held_up() {
        let throttle = Throttle::new(LONG);
        assert!(at_once(&throttle, &account(1)));
        assert!(!at_once(&throttle, &account(1)));
        assert!(at_once(&throttle, &account(2)));
    }

    #[tokio::test]
    async fn they_wait_in_turn_and_who_gives_up_gives_the_place_back() {
        let (throttle, whose) = (Throttle::new(LONG), account(1));
        assert!(at_once(&throttle, &whose));
        let lane = throttle.lane(&whose);
        let next = lane.turn.lock().await.next;
        let mut first = Box::pin(throttle.turn(&whose, &FixedEntropy(0)));
        let mut second = Box::pin(throttle.turn(&whose, &FixedEntropy(0)));
        assert!(poll!(&mut first).is_pending());
        assert!(poll!(&mut second).is_pending());
        drop(first);
        // It is the second's turn now, at the same moment.
        assert!(poll!(&mut second).is_pending());
        assert!(lane.turn.try_lock().is_err());
        drop(second);
        let turn = lane.turn.lock().await;
        assert_eq!((turn.next, turn.made), (next, 1));
    }

    #[tokio::test]
    async fn a_login_is_not_held_up_at_first_unless_there_was_a_flood() {
        let throttle = Throttle::new(LONG);
        let login = || {
            Counted::Login(LoginId::generate(
                &SystemEntropy,
                chrono::DateTime::UNIX_EPOCH,
            ))
        };
        let free = login();
        for _ in 0..FREE_OF_A_LOGIN {
            assert!(at_once(&throttle, &free));
        }
        assert!(!at_once(&throttle, &free));
        let flooded = login();
        assert!(at_once(&throttle, &flooded));
        throttle.flooded(&flooded);
        assert!(!at_once(&throttle, &flooded));
    }

    #[tokio::test]
    async fn accounts_that_need_no_distance_are_forgotten() {
        let none = Throttling {
            floor: Duration::ZERO,
            ceiling: Duration::ZERO,
        };
        let throttle = Throttle::new(none);
        for person in 0..10_000 {
            throttle.turn(&account(person), &FixedEntropy(0)).await;
        }
        assert!(throttle.lanes.lock().unwrap().len() < 4 * TIDY_AT);
    }

    proptest! {
        #[test]
        fn the_distance_is_never_below_the_floor_and_narrows_with_quiet(
            floods in 0_u32..20,
            floor in 0_u64..1_000,
            more in 0_u64..1_000,
            byte in any::<u8>(),
        ) {
            let throttling = Throttling {
                floor: Duration::from_millis(floor),
                ceiling: Duration::from_millis(floor + more),
            };
            let now = Instant::now();
            let mut distance = Distance::default();
            let mut before = Duration::ZERO;
            for _ in 0..floods {
                let drawn = distance.draw(throttling, now, &FixedEntropy(byte));
                prop_assert!(drawn >= throttling.floor && drawn >= before);
                before = drawn;
                distance.widen(now);
            }
            let widest = distance.draw(throttling, now, &FixedEntropy(byte));
            prop_assert!(widest <= throttling.ceiling.mul_f64(WIDEST));
            let later = now + HALVES * 6;
            let narrow = distance.draw(throttling, later, &FixedEntropy(byte));
            prop_assert!(narrow >= throttling.floor && narrow <= throttling.ceiling);
        }
    }
}
