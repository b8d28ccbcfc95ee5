//! The audit's chain in real databases: written by several nodes at once,
//! tampered with by someone who may do anything to the database, shortened,
//! and how fast it is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests spawn what races, and await it"
)]

mod chain;
mod older;
mod pruning;
mod rate;
mod tampering;
