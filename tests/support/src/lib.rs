//! Real servers for tests, on free ports of 127.0.0.1.
//!
//! Invariants:
//! - a server ends when the process that started it does, however it ends;
//! - a server that the whole test run shares (`SESAME_TEST_POSTGRES_URL`,
//!   `SESAME_TEST_REDIS_URL`) is used where that is safe, and never stopped.

pub mod postgres;
pub mod redis;
mod server;
