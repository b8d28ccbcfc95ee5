//! How often it is looked what is new.

use std::time::Duration;

use chrono::TimeDelta;

use crate::time::Timestamp;

/// The shortest time between two looks at a channel that no one asked for.
const SHORTEST: TimeDelta = TimeDelta::seconds(20);
/// The longest: so late a post comes at most. A call takes its turn among an account's
/// others, so that this is about a call a second for as many channels as one may have.
const LONGEST: TimeDelta = TimeDelta::minutes(3);
/// A channel in which nothing happened for a while is looked at again after such a part
/// of it.
const PART: i32 = 100;

/// When to look again at a channel of which all is read: sooner where something was
/// posted lately. `asked` is what Telegram asked for.
pub fn look_again_after(
    now: Timestamp,
    last_post: Option<Timestamp>,
    asked: Option<Duration>,
) -> Timestamp {
    let quiet = last_post.map_or(LONGEST, |last| (now - last) / PART);
    let wait = quiet.clamp(SHORTEST, LONGEST);
    let asked = asked.and_then(|asked| TimeDelta::from_std(asked).ok());
    now + asked.map_or(wait, |asked| asked.min(LONGEST).max(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn a_channel_that_was_busy_lately_is_looked_at_sooner() {
        let after = |last: Option<i64>, asked: Option<u64>| {
            let last = last.map(at);
            let again = look_again_after(at(0), last, asked.map(Duration::from_secs));
            (again - at(0)).num_seconds()
        };
        assert_eq!(after(Some(-5), None), 20);
        assert_eq!(after(Some(-1_000), None), 20);
        assert_eq!(after(Some(-10_000), None), 100);
        assert_eq!(after(Some(-100_000), None), 180);
        assert_eq!(after(None, None), 180);
        // One that a clock dated ahead.
        assert_eq!(after(Some(500), None), 20);
        assert_eq!(after(Some(-5), Some(60)), 60);
        assert_eq!(after(Some(-5), Some(1)), 20);
        assert_eq!(after(Some(-5), Some(u64::MAX)), 20);
        assert_eq!(after(Some(-5), Some(90_000)), 180);
    }
}
