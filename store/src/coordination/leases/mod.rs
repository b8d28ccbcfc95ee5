//! Leases: in Redis among nodes, in memory among the tasks of one.

mod memory;
mod redis;
mod token;

pub(super) use memory::MemoryLeases;
pub(super) use redis::RedisLeases;
pub(super) use token::fresh_token;
