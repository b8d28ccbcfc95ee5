//! Keys change while everything goes on.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

mod chest;
mod kills;
mod new_database;
mod under_load;
