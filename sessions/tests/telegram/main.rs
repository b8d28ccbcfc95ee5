//! Sessions against a local Telegram: real data centres, a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod adoption;
mod application;
mod crowd;
mod dying;
mod endings;
mod erasing;
mod faults;
mod formats;
#[allow(dead_code, reason = "also made for tests/secrets.rs")]
mod harness;
mod importing;
mod linking;
mod lost_keys;
mod nodes;
mod password;
mod reading;
mod renewal;
mod retention;
mod tasks;
mod watched;
