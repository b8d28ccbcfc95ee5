//! The audit's chain, and someone who tampers with it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bases;
mod checkpoints;
mod memory;
mod pruning;
mod tampering;
mod upkeep;
