//! Coordination: leases, wake-ups and rate limits, in memory or over Redis.

mod channels;
mod connection;
mod counted_leases;
mod hub;
mod leases;
mod memory_signals;
mod rates;
mod redis_pool;
mod redis_signals;
mod refusal;
mod settings;
mod subscriber;

pub use connection::Coordination;
pub use refusal::{RedisRefusal, RedisRefused, RedisStep};
pub use settings::{CoordinationError, CoordinationSettings};
