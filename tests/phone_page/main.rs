//! The page that plays a person's phone, in a browser.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test ends when something is missing, and starts what it needs"
)]

mod bots;
mod chat;
mod mini_app;
mod person;
mod scanning;
mod served_app;
mod window;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
