//! Rate limits: in Redis for all nodes together, in memory for one.

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod alike;
mod memory;
mod redis;
mod shared;

pub(super) use memory::MemoryRates;
pub(super) use redis::RedisRates;
pub(super) use shared::SharedRates;
