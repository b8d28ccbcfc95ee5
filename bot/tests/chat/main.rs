//! The bot against the sandbox's Bot API, with the rest of Sesame in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod admin;
mod archive;
mod commands;
mod dispatching;
mod erasing;
mod fixture;
mod memory;
mod notices;
mod rate_limit;
mod rates;
mod refusals;
mod running;
mod screen_link;
mod secrecy;
mod services;
mod slips;
mod topics;
mod unlinking;
mod unreadable;
mod update_health;
mod webhook;
