//! How the gate fares with a limit that it does not know, beside fixed pauses:
//! its floods and its throttle in a time of their own, against the token buckets
//! of the sandbox. `cargo test -p sesame-sessions --lib simulation -- --nocapture`
//! prints the table that stands in docs/ARCHITECTURE.md.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sesame_domain::random::Entropy;
use sesame_domain::time::Timestamp;
use sesame_sandbox::world::{FloodError, FloodLimits, LimitPer, LimitedCall, NewFloodLimit};
use tokio::time::Instant;

use crate::settings::Throttling;

use super::error::FloodKind;
use super::floods::{FloodKey, Floods};
use super::throttle::Distance;

/// How many calls are made one after the other.
const CALLS: u32 = 600;
/// How long an answer takes.
const ANSWER: Duration = Duration::from_millis(60);
const METHOD: &str = "messages.getHistory";

/// A bucket that holds so many calls, and fills by one in so many milliseconds;
/// whoever asks too much waits so many seconds at least.
type Limit = (u32, u64, u64);

/// From lax to strict.
const LIMITS: [Limit; 6] = [
    (100, 100, 0),
    (40, 300, 0),
    (20, 600, 0),
    (20, 600, 30),
    (10, 1_000, 0),
    (10, 2_000, 20),
];

/// How calls are kept apart.
#[derive(Clone, Copy)]
enum Pacing {
    Fixed(u64),
    Adapting,
}

/// What it came to.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    seconds: u64,
    floods: u64,
}

/// Chance that is the same each time (splitmix64).
struct Dice(AtomicU64);

impl Entropy for Dice {
    fn fill(&self, buffer: &mut [u8]) {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        for byte in buffer {
            let mut mix = self.0.fetch_add(STEP, Ordering::Relaxed);
            mix = (mix ^ (mix >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mix = (mix ^ (mix >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (mix ^ (mix >> 31)).to_le_bytes()[0];
        }
    }
}

/// Makes all calls, and never before they may be made.
fn run(pacing: Pacing, (size, refill, least): Limit) -> Outcome {
    let limits = FloodLimits::default();
    let limit = limits.add(NewFloodLimit {
        method: METHOD.to_owned(),
        per: LimitPer::Account,
        size,
        refill: Duration::from_millis(refill),
        least_wait: Duration::from_secs(least),
        error: FloodError::Wait,
        person: None,
        dc: None,
    });
    let call = LimitedCall {
        method: METHOD,
        person: Some(1),
        key: 1,
        api_id: 1,
        dc: 1,
    };
    let (began, dice) = (Instant::now(), Dice(7.into()));
    let at = |passed: Duration| Timestamp::UNIX_EPOCH + passed;
    let floods = Floods::default();
    let key = FloodKey {
        whose: None,
        method: METHOD,
        is_inside: false,
    };
    let mut distance = Distance::default();
    // Long after the bucket was full.
    let start = Duration::from_secs(1_000_000);
    let (mut now, mut next) = (start, start);
    for _ in 0..CALLS {
        loop {
            while let Some(ahead) = floods.ahead(&key, at(now), &dice) {
                now += ahead.pause;
            }
            now = now.max(next);
            let pause = match pacing {
                Pacing::Fixed(millis) => Duration::from_millis(millis),
                Pacing::Adapting => distance.draw(Throttling::default(), began + now, &dice),
            };
            next = now + pause;
            let answer = limits.book(&call, now);
            now += ANSWER;
            match answer {
                Ok(()) => {
                    floods.answered(&key, at(now));
                    break;
                }
                Err(flood) => {
                    distance.widen(began + now);
                    let wait = Duration::from_secs(flood.seconds);
                    floods.note(key.clone(), FloodKind::Calls, wait, at(now));
                }
            }
        }
    }
    assert_eq!(limit.early(), 0, "nothing is asked before its time");
    Outcome {
        seconds: now.saturating_sub(start).as_secs(),
        floods: limit.floods(),
    }
}

/// A row of the table: all limits, and the sum.
fn row(pacing: Pacing) -> (Vec<Outcome>, Outcome) {
    let outcomes: Vec<_> = LIMITS.into_iter().map(|limit| run(pacing, limit)).collect();
    let sum = outcomes.iter().fold(Outcome::default(), |sum, it| Outcome {
        seconds: sum.seconds + it.seconds,
        floods: sum.floods + it.floods,
    });
    (outcomes, sum)
}

fn table(rows: &[(String, (Vec<Outcome>, Outcome))]) -> String {
    let mut table = String::from("| pause |");
    for (size, refill, least) in LIMITS {
        let least = if least > 0 {
            format!(", {least} s at least")
        } else {
            String::new()
        };
        write!(table, " {size}, one in {refill} ms{least} |").unwrap();
    }
    table.push_str(" together |\n");
    writeln!(table, "|{}", " --- |".repeat(LIMITS.len() + 2)).unwrap();
    for (name, (outcomes, sum)) in rows {
        write!(table, "| {name} |").unwrap();
        for Outcome { seconds, floods } in outcomes.iter().chain([sum]) {
            write!(table, " {seconds} s, {floods} |").unwrap();
        }
        table.push('\n');
    }
    table
}

#[test]
fn no_fixed_pause_does_better_with_a_limit_that_is_not_known() {
    let fixed = [0, 200, 350, 500, 1_000, 2_000].map(|millis| {
        let name = format!("{millis} ms");
        (name, row(Pacing::Fixed(millis)))
    });
    let adapting = row(Pacing::Adapting);
    let mut rows = fixed.to_vec();
    rows.push(("adapting".to_owned(), adapting.clone()));
    let table = table(&rows);
    println!("{table}");
    let (_, ours) = adapting;
    for (name, (_, theirs)) in fixed {
        assert!(theirs.seconds > ours.seconds, "{name} is faster\n{table}");
        // With fewer floods only who takes their time.
        let is_slow = theirs.seconds > 2 * ours.seconds;
        assert!(
            is_slow || theirs.floods > ours.floods,
            "{name} meets fewer\n{table}"
        );
    }
}
