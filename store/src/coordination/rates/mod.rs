//! Rate limits: in Redis for all nodes together, in memory for one.

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod alike;
mod fallback;
mod memory;
mod redis;

pub(super) use fallback::SharedRates;
pub(super) use memory::MemoryRates;
pub(super) use redis::RedisRates;
