//! What the tests of the whole system stand on: real servers and processes, a
//! real browser, a person's phone, all on free ports of 127.0.0.1.
//!
//! Invariants:
//! - a server ends when the process that started it does, however it ends;
//! - a server that the whole test run shares (`SESAME_TEST_POSTGRES_URL`,
//!   `SESAME_TEST_REDIS_URL`, `SESAME_TEST_MOTO_URL`) is used where that is
//!   safe, and never stopped.

#![allow(
    clippy::disallowed_methods,
    reason = "tests are told of shared servers by the environment, and wait in real time"
)]

pub mod axe;
pub mod browser;
pub mod bucket;
pub mod disk;
pub mod guest;
pub mod http;
pub mod miniapp;
pub mod moto;
pub mod nginx;
pub mod nodes;
pub mod other_bot;
pub mod pgbouncer;
pub mod phone;
pub mod png;
pub mod postgres;
pub mod process;
pub mod prometheus;
pub mod proxy;
pub mod qr;
pub mod ready;
pub mod redis;
mod server;
pub mod sesame;
pub mod sheets;
pub mod sqlite;
pub mod tap;
pub mod terminal;
pub mod test_server;
pub mod wait;
