//! Logins whose driver panicked.

use std::collections::HashMap;
use std::time::Duration;

use sesame_domain::backoff::Backoff;
use sesame_domain::ids::LoginId;
use tokio::time::Instant;

/// The rests from the second panic in a row on.
const RESTS: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_mins(5));
/// A login of which nothing was heard for so long is forgotten.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// Logins whose driver panicked on this node. One that fells every driver must
/// not take the node's time from the others.
#[derive(Debug, Default)]
pub(super) struct Relapses(HashMap<LoginId, Relapse>);

#[derive(Debug)]
struct Relapse {
    count: u32,
    rests_until: Instant,
}

impl Relapses {
    /// Its driver panicked; how long it is left alone now. Once is chance.
    pub(super) fn note(&mut self, id: LoginId, now: Instant) -> Duration {
        self.0.retain(|_, it| now < it.rests_until + REMEMBERED);
        let relapse = self.0.entry(id).or_insert(Relapse {
            count: 0,
            rests_until: now,
        });
        let rest = match relapse.count {
            0 => Duration::ZERO,
            more => RESTS.wait(more - 1),
        };
        relapse.count = relapse.count.saturating_add(1);
        relapse.rests_until = now + rest;
        rest
    }

    /// Whether it is left alone.
    pub(super) fn rests(&self, id: LoginId, now: Instant) -> bool {
        self.0.get(&id).is_some_and(|it| now < it.rests_until)
    }

    /// Its driver came to an end of its own.
    pub(super) fn forget(&mut self, id: LoginId) {
        self.0.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use sesame_domain::random::SystemEntropy;

    use super::*;

    #[test]
    fn a_login_that_fells_every_driver_rests_longer_and_longer() {
        let id = LoginId::generate(&SystemEntropy, chrono::DateTime::UNIX_EPOCH);
        let mut relapses = Relapses::default();
        let now = Instant::now();
        let rests = [(); 4].map(|()| relapses.note(id, now).as_secs());
        assert_eq!(rests, [0, 5, 10, 20]);
        assert!(relapses.rests(id, now + Duration::from_secs(19)));
        assert!(!relapses.rests(id, now + Duration::from_secs(20)));
        for _ in 0..100 {
            assert!(relapses.note(id, now) <= Duration::from_mins(5));
        }
        relapses.forget(id);
        assert!(!relapses.rests(id, now));
    }
}
