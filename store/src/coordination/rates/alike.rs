//! Memory and Redis say the same of the same, moment for moment.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use secrecy::SecretString;
use sesame_domain::ports::{Rate, RateKey};
use sesame_domain::time::{SystemClock, Timestamp};
use sesame_test_support::redis::Redis;

use super::{MemoryRates, RedisRates};
use crate::coordination::redis_pool::RedisPool;
use crate::coordination::settings::CoordinationSettings;

/// What times and windows are whole numbers of, in milliseconds: long enough for
/// no key to expire by Redis's own clock while a case is tried.
const UNIT: i64 = 60_000;

/// So many units after some moment, this is asked.
type Step = (i64, Vec<(RateKey, Rate)>);

fn asks() -> impl Strategy<Value = Vec<(RateKey, Rate)>> {
    let key = (
        prop_oneof![Just("pages"), Just("logins")],
        prop_oneof![Just("ann"), Just("bob")],
    );
    let rate = (0_u32..5, prop_oneof![Just(1_u32), Just(50), Just(400)]);
    let ask = (key, rate).prop_map(|((scope, subject), (limit, window))| {
        let rate = Rate::new(limit, Duration::from_millis(UNIT.unsigned_abs()) * window);
        (RateKey::new(scope, subject), rate)
    });
    vec(ask, 0..4)
}

/// Mostly onwards; at times a clock is put back.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let passes = prop_oneof![
        8 => 0_i64..60,
        2 => 300_i64..900,
        1 => -500_i64..0,
    ];
    vec((passes, asks()), 1..40)
}

fn at(units: i64) -> Timestamp {
    DateTime::from_timestamp_millis(1_800_000_000_000 + units * UNIT).unwrap()
}

#[test]
fn memory_and_redis_say_the_same() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let redis = runtime.block_on(Redis::start()).unwrap();
    let cases = Cell::new(0);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(200));
    let outcome = runner.run(&steps(), |steps| {
        cases.set(cases.get() + 1);
        let mut settings = CoordinationSettings::redis(SecretString::from(redis.url()));
        settings.prefix = format!("case {}:", cases.get());
        let url = settings.url.clone().unwrap();
        let pool = RedisPool::new(&url, &settings).unwrap();
        let (shared, own) = (
            RedisRates::new(pool.clone()),
            MemoryRates::new(Arc::new(SystemClock)),
        );
        let mut now = 0;
        for (number, (passes, asks)) in steps.iter().enumerate() {
            now += passes;
            let theirs = runtime.block_on(shared.ask(asks, Some(at(now)))).unwrap();
            let ours = own.take_at(asks, at(now));
            prop_assert_eq!(theirs, ours, "step {} at {}: {:?}", number, now, asks);
        }
        pool.close();
        Ok(())
    });
    outcome.unwrap();
}
