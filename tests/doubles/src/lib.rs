//! What stands in for ports of the domain in the tests of more than one room.
//!
//! Invariants:
//! - each double does one thing, the same in every test: no expectations are set;
//! - a double that only one room needs stands with the tests of that room, and a
//!   store is never made anew here: tests go over a real `SQLite`. Only what is
//!   kept of operators is, for rooms that have no database; lists have no rows
//!   there.

mod bell;
mod clock;
mod entropy;
mod leases;
mod no_rows;
mod operators;
mod supervisor;
mod tagging_service;

pub use bell::Bell;
pub use clock::ShiftedClock;
pub use entropy::FixedEntropy;
pub use leases::TestLeases;
pub use no_rows::NoRows;
pub use operators::OperatorsInMemory;
pub use supervisor::SpawningSupervisor;
pub use tagging_service::{Behaviour, DeafListener, Received, TaggingService};
