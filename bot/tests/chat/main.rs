//! The bot against the sandbox's Bot API, with the rest of Sesame in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commands;
mod desks;
mod erasing;
mod hearing;
mod memory;
mod notices;
mod refusals;
mod running;
mod secrecy;
mod slips;
mod stage;
mod topics;
mod unlinking;
mod unreadable;
mod webhook;
