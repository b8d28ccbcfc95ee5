//! Coordination: leases and wake-ups, in memory or over Redis.

mod connection;
mod hub;
mod memory_leases;
mod memory_signals;
mod settings;

pub use connection::Coordination;
pub use settings::{CoordinationError, CoordinationSettings};
