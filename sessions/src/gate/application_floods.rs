//! Floods of calls that are made before it is known whose account it is about
//! (login tokens, codes).
//!
//! Whom Telegram counts then it does not say: who asks, their address, or all who
//! use the application. So a flood is first that of the person whose login met it.
//! While two people at the same time have to wait for the same method, it is taken
//! to be everyone's, and no one asks until one of the two may. What one node meets
//! the others learn.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sesame_domain::ids::Owner;
use sesame_domain::ports::{ApplicationFloods as Shared, FloodedPerson};
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;
use tokio::time::Instant;

/// So many who wait at the same time make a flood everyone's.
const EVERYONES: usize = 2;
/// How often it is asked what other nodes met.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// No wait is believed for longer: a clock was wrong.
const LONGEST: chrono::TimeDelta = chrono::TimeDelta::days(2);
/// How many who wait are remembered for a method; two are enough to know.
const ROOM: usize = 100;

/// Who waits for which method.
pub(crate) struct ApplicationFloods {
    shared: Option<(i32, Arc<dyn Shared>)>,
    methods: Mutex<HashMap<&'static str, Waiting>>,
}

/// Those who wait for a method.
#[derive(Debug, Default)]
struct Waiting {
    until: HashMap<Owner, Timestamp>,
    asked_at: Option<Instant>,
}

impl Waiting {
    fn note(&mut self, whose: &Owner, until: Timestamp, now: Timestamp) {
        self.until.retain(|_, until| is_ahead(*until, now));
        if self.until.len() < ROOM || self.until.contains_key(whose) {
            let known = self.until.entry(whose.clone()).or_insert(until);
            *known = until.max(*known);
        }
    }

    /// Until when so many wait that it is everyone's flood.
    fn everyones(&self, now: Timestamp) -> Option<Timestamp> {
        let waits = self.until.values().copied();
        let mut waits: Vec<_> = waits.filter(|until| is_ahead(*until, now)).collect();
        waits.sort_unstable_by(|one, other| other.cmp(one));
        waits.get(EVERYONES - 1).copied()
    }
}

fn is_ahead(until: Timestamp, now: Timestamp) -> bool {
    until > now && until - now <= LONGEST
}

impl ApplicationFloods {
    /// For one who shares with no one what it meets.
    pub(crate) fn alone() -> Self {
        Self {
            shared: None,
            methods: Mutex::default(),
        }
    }

    /// Shared with all nodes that use this application.
    pub(crate) fn shared(api_id: i32, shared: Arc<dyn Shared>) -> Self {
        Self {
            shared: Some((api_id, shared)),
            ..Self::alone()
        }
    }

    /// Telegram wants this person to wait until then.
    pub(super) async fn note(
        &self,
        method: &'static str,
        whose: &Owner,
        until: Timestamp,
        now: Timestamp,
    ) {
        self.methods()
            .entry(method)
            .or_default()
            .note(whose, until, now);
        let Some((api_id, shared)) = &self.shared else {
            return;
        };
        let whose = whose.clone();
        let flooded = FloodedPerson { whose, until };
        if let Err(error) = shared.note(*api_id, method, &flooded).await {
            tracing::warn!(error = %Reason::of(&error), method, "other nodes do not learn of a flood");
        }
    }

    /// Until when no one may call a method; `None`: it may be called.
    pub(super) async fn everyones(
        &self,
        method: &'static str,
        now: Timestamp,
    ) -> Option<Timestamp> {
        self.ask_others(method, now).await;
        self.methods().get(method)?.everyones(now)
    }

    async fn ask_others(&self, method: &'static str, now: Timestamp) {
        let Some((api_id, shared)) = &self.shared else {
            return;
        };
        let asked_at = Instant::now();
        {
            let mut methods = self.methods();
            let waiting = methods.entry(method).or_default();
            let is_fresh = |at: Instant| asked_at.duration_since(at) < ASK_EVERY;
            if waiting.asked_at.is_some_and(is_fresh) {
                return;
            }
            waiting.asked_at = Some(asked_at);
        }
        match shared.waiting(*api_id, method, now).await {
            Ok(others) => {
                let mut methods = self.methods();
                let waiting = methods.entry(method).or_default();
                for FloodedPerson { whose, until } in others {
                    waiting.note(&whose, until, now);
                }
            }
            // What this node met itself it knows.
            Err(error) => {
                tracing::debug!(error = %Reason::of(&error), method, "floods of other nodes are not known");
            }
        }
    }

    fn methods(&self) -> MutexGuard<'_, HashMap<&'static str, Waiting>> {
        self.methods.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use sesame_domain::ids::PersonId;

    use super::*;

    const EXPORT: &str = "auth.exportLoginToken";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn owner(person: i64) -> Owner {
        Owner {
            tenant: "default".parse().unwrap(),
            person: PersonId(person),
        }
    }

    #[tokio::test]
    async fn it_is_everyones_while_two_wait_and_no_longer() {
        let floods = ApplicationFloods::alone();
        floods.note(EXPORT, &owner(1), at(3_600), at(0)).await;
        assert_eq!(floods.everyones(EXPORT, at(0)).await, None);
        // Again the same person.
        floods.note(EXPORT, &owner(1), at(3_700), at(0)).await;
        assert_eq!(floods.everyones(EXPORT, at(0)).await, None);
        floods.note(EXPORT, &owner(2), at(30), at(0)).await;
        assert_eq!(floods.everyones(EXPORT, at(0)).await, Some(at(30)));
        assert_eq!(floods.everyones("auth.sendCode", at(0)).await, None);
        assert_eq!(floods.everyones(EXPORT, at(30)).await, None);
        floods.note(EXPORT, &owner(3), at(60), at(30)).await;
        assert_eq!(floods.everyones(EXPORT, at(30)).await, Some(at(60)));
    }

    #[tokio::test]
    async fn what_a_clock_noted_that_was_ahead_stops_no_one() {
        let floods = ApplicationFloods::alone();
        let ahead = 86_400 * 30;
        for person in [1, 2] {
            let until = at(ahead + 60);
            floods.note(EXPORT, &owner(person), until, at(ahead)).await;
        }
        assert_eq!(floods.everyones(EXPORT, at(0)).await, None);
    }
}
