//! Limits of how often methods may be called.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flood_bucket::{Bucket, BucketSize, Verdict};
use super::guarded::Guarded;

/// How many buckets of a limit are kept before full ones are forgotten.
const BUCKETS: usize = 10_000;

/// Who has a bucket of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitPer {
    /// Each account; who is not logged in counts by their key.
    Account,
    /// Each registered app, whoever uses it.
    ApiId,
}

/// What a call over the limit is answered with, before the seconds to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum FloodError {
    /// `FLOOD_WAIT_X`.
    #[default]
    #[serde(rename = "FLOOD_WAIT")]
    Wait,
    /// `FLOOD_PREMIUM_WAIT_X`: for those who do not pay, mostly for files.
    #[serde(rename = "FLOOD_PREMIUM_WAIT")]
    PremiumWait,
}

impl FloodError {
    /// Telegram's name of it, without the seconds.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wait => "FLOOD_WAIT",
            Self::PremiumWait => "FLOOD_PREMIUM_WAIT",
        }
    }
}

/// A [`FloodLimit`] that is to be set.
#[derive(Clone, Debug)]
pub struct NewFloodLimit {
    /// The method, as in the schema; `*`: all together.
    pub method: String,
    /// Who has a bucket of their own.
    pub per: LimitPer,
    /// How many calls may come at once; at least 1.
    pub size: u32,
    /// How long it takes until there is room for one more.
    pub refill: Duration,
    /// The shortest wait that is asked for.
    pub least_wait: Duration,
    /// What a call over the limit is answered with.
    pub error: FloodError,
    /// Only calls of this person.
    pub person: Option<i64>,
    /// Only calls at this data centre.
    pub dc: Option<i32>,
}

/// A limit of how often a method may be called: a token bucket of which
/// clients are told nothing but how long to wait.
#[derive(Debug)]
pub struct FloodLimit {
    /// What names the limit.
    pub id: i64,
    /// How it was set.
    pub limit: NewFloodLimit,
    /// Only calls inside an export, or only those outside of one.
    pub inside_takeout: Option<bool>,
    buckets: Guarded<HashMap<Payer, Bucket>>,
    calls: AtomicU64,
    floods: AtomicU64,
    early: AtomicU64,
}

/// Who has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Payer {
    Person(i64),
    Key(i64),
    ApiId(i32),
}

/// A call that may be one too many.
#[derive(Clone, Copy, Debug)]
pub struct LimitedCall<'a> {
    /// The method, as in the schema.
    pub method: &'a str,
    /// Who is logged in.
    pub person: Option<i64>,
    /// The id of the key that it is made with.
    pub key: i64,
    /// With which registered app.
    pub api_id: i32,
    /// At which data centre.
    pub dc: i32,
}

/// The answer to a call that is one too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flood {
    /// What is answered.
    pub error: FloodError,
    /// How long to wait, in seconds.
    pub seconds: u64,
}

impl FloodLimit {
    /// How many calls it let pass.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// How many calls it refused, early ones included.
    pub fn floods(&self) -> u64 {
        self.floods.load(Ordering::Relaxed)
    }

    /// How many calls came before a wait was over that had been told.
    pub fn early(&self) -> u64 {
        self.early.load(Ordering::Relaxed)
    }

    fn applies(&self, call: &LimitedCall<'_>, inside_takeout: bool) -> bool {
        if self
            .inside_takeout
            .is_some_and(|only| only != inside_takeout)
        {
            return false;
        }
        let limit = &self.limit;
        (limit.method == "*" || limit.method == call.method)
            && limit.person.is_none_or(|only| call.person == Some(only))
            && limit.dc.is_none_or(|only| call.dc == only)
    }

    fn payer(&self, call: &LimitedCall<'_>) -> Payer {
        match (self.limit.per, call.person) {
            (LimitPer::ApiId, _) => Payer::ApiId(call.api_id),
            (LimitPer::Account, Some(person)) => Payer::Person(person),
            (LimitPer::Account, None) => Payer::Key(call.key),
        }
    }

    fn size(&self) -> BucketSize {
        BucketSize {
            calls: self.limit.size,
            refill: self.limit.refill,
            least_wait: self.limit.least_wait,
        }
    }

    /// Whether there is room for a call; the wait in seconds if there is not.
    fn refuses(&self, payer: Payer, now: Duration) -> Option<Flood> {
        let mut buckets = self.buckets.write();
        if buckets.len() >= BUCKETS {
            buckets.retain(|_, bucket| !bucket.is_full(now));
        }
        let bucket = buckets.entry(payer).or_default();
        let wait = match bucket.look(self.size(), now) {
            Verdict::Room => return None,
            Verdict::Full(wait) => {
                bucket.close(now.saturating_add(wait));
                wait
            }
            Verdict::Early(wait) => {
                self.early.fetch_add(1, Ordering::Relaxed);
                wait
            }
        };
        self.floods.fetch_add(1, Ordering::Relaxed);
        Some(Flood {
            error: self.limit.error,
            seconds: wait.as_secs() + u64::from(wait.subsec_nanos() > 0),
        })
    }

    fn take(&self, payer: Payer, now: Duration) {
        let mut buckets = self.buckets.write();
        buckets.entry(payer).or_default().take(self.size(), now);
        self.calls.fetch_add(1, Ordering::Relaxed);
    }
}

/// The limits that are set.
#[derive(Debug, Default)]
pub struct FloodLimits {
    all: Guarded<Vec<Arc<FloodLimit>>>,
    /// Lets calls pass without a lock while nothing is set.
    armed: AtomicUsize,
    last_id: AtomicU64,
}

impl FloodLimits {
    /// Sets a limit.
    pub fn add(&self, limit: NewFloodLimit) -> Arc<FloodLimit> {
        self.add_inside(limit, None)
    }

    /// Sets a limit for calls inside an export only, or for those outside of one.
    pub fn add_inside(
        &self,
        limit: NewFloodLimit,
        inside_takeout: Option<bool>,
    ) -> Arc<FloodLimit> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let limit = Arc::new(FloodLimit {
            id: id.cast_signed(),
            limit,
            inside_takeout,
            buckets: Guarded::default(),
            calls: AtomicU64::new(0),
            floods: AtomicU64::new(0),
            early: AtomicU64::new(0),
        });
        let mut all = self.all.write();
        all.push(Arc::clone(&limit));
        self.armed.store(all.len(), Ordering::Release);
        limit
    }

    /// The limits that are set, in the order in which they were.
    pub fn list(&self) -> Vec<Arc<FloodLimit>> {
        self.all.read().clone()
    }

    /// Lifts a limit; `false` if there is none with this id.
    pub fn remove(&self, id: i64) -> bool {
        let mut all = self.all.write();
        let before = all.len();
        all.retain(|limit| limit.id != id);
        self.armed.store(all.len(), Ordering::Release);
        before != all.len()
    }

    /// Lifts all limits.
    pub fn clear(&self) {
        self.all.write().clear();
        self.armed.store(0, Ordering::Release);
    }

    /// Books a call at this time since 1970, unless it is one too many for
    /// some limit: then none of them books it, and the longest wait counts.
    ///
    /// # Errors
    /// How long the caller has to wait.
    pub fn book(&self, call: &LimitedCall<'_>, now: Duration) -> Result<(), Flood> {
        self.book_inside(call, false, now)
    }

    /// The same, of a call inside an export or outside of one.
    ///
    /// # Errors
    /// How long the caller has to wait.
    pub fn book_inside(
        &self,
        call: &LimitedCall<'_>,
        inside_takeout: bool,
        now: Duration,
    ) -> Result<(), Flood> {
        if self.armed.load(Ordering::Acquire) == 0 {
            return Ok(());
        }
        // One call at a time: between looking and taking nothing may change.
        let all = self.all.write();
        let limits = all
            .iter()
            .filter(|limit| limit.applies(call, inside_takeout));
        let limits: Vec<_> = limits.map(|limit| (limit, limit.payer(call))).collect();
        let refusals = limits
            .iter()
            .filter_map(|(it, payer)| it.refuses(*payer, now));
        if let Some(flood) = refusals.max_by_key(|flood| flood.seconds) {
            return Err(flood);
        }
        for (limit, payer) in limits {
            limit.take(payer, now);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(method: &str, per: LimitPer, size: u32, refill: u64) -> NewFloodLimit {
        NewFloodLimit {
            method: method.to_owned(),
            per,
            size,
            refill: Duration::from_millis(refill),
            least_wait: Duration::ZERO,
            error: FloodError::Wait,
            person: None,
            dc: None,
        }
    }

    fn call(method: &str, person: Option<i64>, key: i64) -> LimitedCall<'_> {
        LimitedCall {
            method,
            person,
            key,
            api_id: 1,
            dc: 1,
        }
    }

    fn seconds(booked: Result<(), Flood>) -> u64 {
        booked.err().map_or(0, |flood| flood.seconds)
    }

    const NOW: Duration = Duration::from_secs(1_000_000);

    #[test]
    fn each_account_has_its_own_room_and_who_has_none_counts_by_key() {
        let limits = FloodLimits::default();
        limits.add(limit("a.b", LimitPer::Account, 1, 90_500));
        for caller in [(Some(1), 10), (Some(2), 10), (None, 10), (None, 11)] {
            let mine = call("a.b", caller.0, caller.1);
            assert_eq!(seconds(limits.book(&mine, NOW)), 0);
            assert_eq!(seconds(limits.book(&mine, NOW)), 91);
        }
        // The same account with another key is the same account.
        assert_eq!(seconds(limits.book(&call("a.b", Some(1), 99), NOW)), 91);
        assert_eq!(seconds(limits.book(&call("c.d", Some(1), 10), NOW)), 0);
    }

    #[test]
    fn all_who_use_an_app_share_its_room() {
        let limits = FloodLimits::default();
        limits.add(limit("*", LimitPer::ApiId, 2, 1000));
        assert_eq!(seconds(limits.book(&call("a.b", Some(1), 1), NOW)), 0);
        assert_eq!(seconds(limits.book(&call("c.d", None, 2), NOW)), 0);
        assert_eq!(seconds(limits.book(&call("a.b", Some(3), 3), NOW)), 1);
        let other_app = LimitedCall {
            api_id: 2,
            ..call("a.b", Some(3), 3)
        };
        assert_eq!(seconds(limits.book(&other_app, NOW)), 0);
    }

    #[test]
    fn a_refused_call_takes_nothing_anywhere_and_the_longest_wait_counts() {
        let limits = FloodLimits::default();
        let wide = limits.add(limit("*", LimitPer::Account, 2, 10_000));
        let narrow = limits.add(limit("a.b", LimitPer::Account, 1, 60_000));
        assert_eq!(seconds(limits.book(&call("a.b", Some(1), 1), NOW)), 0);
        for _ in 0..5 {
            assert_eq!(seconds(limits.book(&call("a.b", Some(1), 1), NOW)), 60);
        }
        assert_eq!(seconds(limits.book(&call("c.d", Some(1), 1), NOW)), 0);
        assert_eq!(seconds(limits.book(&call("c.d", Some(1), 1), NOW)), 10);
        assert_eq!(seconds(limits.book(&call("a.b", Some(1), 1), NOW)), 60);
        assert_eq!((wide.calls(), wide.floods(), wide.early()), (2, 2, 1));
        assert_eq!((narrow.calls(), narrow.floods(), narrow.early()), (1, 6, 5));
        assert!(limits.remove(narrow.id));
        limits.clear();
        assert_eq!(seconds(limits.book(&call("a.b", Some(1), 1), NOW)), 0);
    }
}
