//! Jobs over a real database, with a clock that is moved by hand.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod asking_for_channels;
mod bulk;
mod checking;
mod counting;
mod forgetting;
mod reading;
mod runner;
mod schedule;
mod stores;
mod telegram;
mod tenants;
