//! Ids of messages from the server.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::world::Clock;

/// Hands out message ids: unique, rising, close to the time, odd.
#[derive(Debug, Default)]
pub(crate) struct MsgIds {
    last: AtomicI64,
}

impl MsgIds {
    /// The next id: with remainder 1 for an answer, 3 for anything else
    /// (<https://core.telegram.org/mtproto/description#message-identifier-msg-id>).
    pub(crate) fn next(&self, answer: bool) -> i64 {
        let now = time_id();
        let step = |last: i64| Some(now.max(last + 4));
        let before = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, step)
            .unwrap_or_default();
        let base = now.max(before + 4);
        base | if answer { 1 } else { 3 }
    }
}

/// The present as a message id: seconds above, fractions below.
pub(super) fn time_id() -> i64 {
    let now = Clock::wall();
    let fraction = (u64::from(now.subsec_nanos()) << 32) / 1_000_000_000;
    let id = (now.as_secs() << 32) | fraction;
    id.cast_signed() & !3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_and_tell_answers_from_the_rest() {
        let ids = MsgIds::default();
        let mut last = 0;
        for turn in 0..10_000 {
            let answer = turn % 3 == 0;
            let id = ids.next(answer);
            assert!(id > last);
            assert_eq!(id % 4, if answer { 1 } else { 3 });
            last = id;
        }
    }
}
