//! Sessions against a local Telegram: real data centres, a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod adoption;
mod application;
mod budget;
mod checking;
mod clock;
mod crowd;
mod endings;
mod erasing;
mod eventually;
mod faults;
#[allow(dead_code, reason = "also made for tests/secrets.rs")]
mod fixture;
mod formats;
mod hindering;
mod importing;
mod linking;
mod lost_keys;
mod nodes;
mod password;
mod paused;
mod phone;
mod reading;
mod renewal;
mod retention;
mod tasks;
mod validation;
mod watched;
