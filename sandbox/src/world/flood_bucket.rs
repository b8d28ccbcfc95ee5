//! A token bucket: how many calls may come at once, and how soon more.

use std::time::Duration;

/// The size of a bucket, and how it fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BucketSize {
    /// How many calls may come at once when it is full.
    pub(super) calls: u32,
    /// How long it takes until there is room for one more.
    pub(super) refill: Duration,
    /// The shortest wait that is asked for.
    pub(super) least_wait: Duration,
}

/// One caller's bucket. Times are since 1970.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    /// When it will be full again.
    full_at: Duration,
    /// Until when the caller was told to wait.
    closed_until: Duration,
}

/// What a bucket says to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There is room for it.
    Room,
    /// There is none for so long.
    Full(Duration),
    /// It came before a wait was over that the caller had been told; that
    /// lengthens nothing.
    Early(Duration),
}

impl Bucket {
    /// Whether there is room for a call now.
    pub(super) fn look(&self, size: BucketSize, now: Duration) -> Verdict {
        let closed = self.closed_until.saturating_sub(now);
        if !closed.is_zero() {
            return Verdict::Early(closed);
        }
        let after = self.full_at.max(now).saturating_add(size.refill);
        let room = now.saturating_add(size.refill.saturating_mul(size.calls));
        let wait = after.saturating_sub(room);
        if wait.is_zero() {
            Verdict::Room
        } else {
            Verdict::Full(wait.max(size.least_wait))
        }
    }

    /// Takes the room for a call.
    pub(super) fn take(&mut self, size: BucketSize, now: Duration) {
        self.full_at = self.full_at.max(now).saturating_add(size.refill);
    }

    /// The caller is told to wait until then.
    pub(super) fn close(&mut self, until: Duration) {
        self.closed_until = until;
    }

    /// Whether nothing would change if it were forgotten.
    pub(super) fn is_full(&self, now: Duration) -> bool {
        self.full_at <= now && self.closed_until <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: BucketSize = BucketSize {
        calls: 3,
        refill: Duration::from_millis(2500),
        least_wait: Duration::ZERO,
    };

    fn at(millis: u64) -> Duration {
        Duration::from_millis(1_000_000 + millis)
    }

    fn call(bucket: &mut Bucket, size: BucketSize, now: Duration) -> Verdict {
        let verdict = bucket.look(size, now);
        match verdict {
            Verdict::Room => bucket.take(size, now),
            Verdict::Full(wait) => bucket.close(now + wait),
            Verdict::Early(_) => {}
        }
        verdict
    }

    #[test]
    fn a_full_bucket_has_room_for_its_size_and_then_for_what_flows_back() {
        let mut bucket = Bucket::default();
        for _ in 0..3 {
            assert_eq!(call(&mut bucket, SIZE, at(0)), Verdict::Room);
        }
        let wait = Duration::from_millis(2500);
        assert_eq!(call(&mut bucket, SIZE, at(0)), Verdict::Full(wait));
        // Exactly the wait that was told is enough, for one call.
        assert_eq!(call(&mut bucket, SIZE, at(2500)), Verdict::Room);
        assert_eq!(call(&mut bucket, SIZE, at(2500)), Verdict::Full(wait));
        // After a long rest it is full, and not more than full.
        for _ in 0..3 {
            assert_eq!(call(&mut bucket, SIZE, at(60_000)), Verdict::Room);
        }
        assert_eq!(call(&mut bucket, SIZE, at(60_000)), Verdict::Full(wait));
    }

    #[test]
    fn who_calls_before_the_wait_is_over_waits_no_longer_for_it() {
        let mut bucket = Bucket::default();
        for _ in 0..3 {
            call(&mut bucket, SIZE, at(0));
        }
        call(&mut bucket, SIZE, at(0));
        for early in [100, 1000, 2499] {
            let left = Duration::from_millis(2500 - early);
            assert_eq!(call(&mut bucket, SIZE, at(early)), Verdict::Early(left));
        }
        assert_eq!(call(&mut bucket, SIZE, at(2500)), Verdict::Room);
    }

    #[test]
    fn a_least_wait_is_asked_for_though_there_is_room_sooner() {
        let size = BucketSize {
            least_wait: Duration::from_secs(30),
            ..SIZE
        };
        let mut bucket = Bucket::default();
        for _ in 0..3 {
            call(&mut bucket, size, at(0));
        }
        assert_eq!(
            call(&mut bucket, size, at(0)),
            Verdict::Full(Duration::from_secs(30))
        );
        assert_eq!(
            call(&mut bucket, size, at(10_000)),
            Verdict::Early(Duration::from_secs(20))
        );
        // It has filled meanwhile.
        for _ in 0..3 {
            assert_eq!(call(&mut bucket, size, at(30_000)), Verdict::Room);
        }
        assert!(bucket.is_full(at(60_000)));
    }
}
