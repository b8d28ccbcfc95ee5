//! Sessions against a local Telegram: real data centres, a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod adoption;
mod endings;
mod faults;
mod harness;
mod linking;
mod nodes;
mod password;
mod renewal;
