//! Disks that are full, or refuse writes: what was answered "done" is there,
//! and nothing else is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test ends when something is missing, and says what it leaves out"
)]

mod interrupted;
mod limit;
mod make;
mod postgres;
mod sqlite;
