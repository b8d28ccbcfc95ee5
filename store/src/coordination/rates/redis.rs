//! Rate limits among nodes: a list of moments for each key, and one script that
//! asks all rules of a call at once.

use std::sync::LazyLock;
use std::time::Duration;

use deadpool_redis::redis::{Script, cmd};
use sesame_domain::ports::{Counted, Rate, RateKey, Verdict};
use sesame_domain::sliding_log::window;
use sesame_domain::time::Timestamp;

use crate::coordination::redis_pool::RedisPool;
use crate::coordination::refusal::{RedisRefusal, RedisRefused, RedisStep};

/// In front of every key. What stands in braces says to which server of a
/// cluster a key belongs: one script may only touch keys of one.
const TAG: &str = "{rates}";

/// What is left behind by a proof goes by itself.
const PROOF_WINDOW: Duration = Duration::from_secs(10);

/// Does what [`sesame_domain::sliding_log::SlidingLog`] does, for several keys.
/// The first argument is the time, or nothing: then it is the time of Redis, so
/// that nodes whose clocks differ count alike. Then come the limit and the
/// window of each key. Answers three numbers a key; see [`Counted`].
static TAKE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("take.lua")));

/// Rate limits among nodes.
#[derive(Clone)]
pub(crate) struct RedisRates {
    redis: RedisPool,
}

impl RedisRates {
    /// Rate limits in this Redis.
    pub(crate) fn new(redis: RedisPool) -> Self {
        Self { redis }
    }

    /// Asks now.
    pub(crate) async fn take(&self, asks: &[(RateKey, Rate)]) -> Result<Verdict, RedisRefused> {
        self.ask(asks, None).await
    }

    /// Asks at that moment, or now.
    pub(crate) async fn ask(
        &self,
        asks: &[(RateKey, Rate)],
        at: Option<Timestamp>,
    ) -> Result<Verdict, RedisRefused> {
        if asks.is_empty() {
            return Ok(Verdict::of([]));
        }
        let mut take = TAKE.prepare_invoke();
        take.arg(at.map_or(String::new(), |at| at.timestamp_millis().to_string()));
        for (key, rate) in asks {
            take.key(self.key(key, *rate));
            take.arg(rate.limit).arg(window(*rate));
        }
        let told: Vec<u64> = self
            .redis
            .ask(RedisStep::Count, |mut connection| async move {
                take.invoke_async(&mut *connection).await
            })
            .await?;
        let counted = told.chunks_exact(3).map(|told| Counted {
            count: u32::try_from(told[0]).unwrap_or(u32::MAX),
            reset: told[1],
            wait: told[2],
        });
        Ok(Verdict::of(asks.iter().map(|ask| ask.1).zip(counted)))
    }

    fn key(&self, key: &RateKey, rate: Rate) -> String {
        let text = format!("{TAG}:{}:{}", key.as_text(), window(rate));
        self.redis.key("rate", &text)
    }

    /// Counts what no one else does, in every way that counting can go.
    pub(crate) async fn prove(&self, name: &str) -> Result<(), RedisRefused> {
        let rate = Rate::new(1, PROOF_WINDOW);
        let asks = [(RateKey::new("proof", name), rate)];
        let at = |millis| Timestamp::from_timestamp_millis(millis);
        let mut allowed = Vec::new();
        for moment in [None, at(1), at(2), at(60_000)] {
            allowed.push(self.ask(&asks, moment).await?.allowed);
        }
        let key = self.key(&asks[0].0, rate);
        self.redis
            .ask(RedisStep::GiveBack, |mut connection| async move {
                cmd("DEL").arg(key).query_async::<()>(&mut connection).await
            })
            .await?;
        if allowed == [true, true, false, true] {
            Ok(())
        } else {
            let forgets = RedisRefusal::Forgets;
            Err(RedisRefused::silently(forgets, RedisStep::Count))
        }
    }
}
