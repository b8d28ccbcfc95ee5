//! Pictures to be looked at, and those of the documentation, made anew by
//! `cargo test --test pictures -- --ignored`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a picture is not made when something is missing, and a walk is told"
)]

mod chat;
#[path = "../phone_page/person.rs"]
#[allow(dead_code, reason = "pictures need a part of it")]
mod person;
mod readme;
mod walk;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
