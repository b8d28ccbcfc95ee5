//! The pages of an export, as people read them: every sentence, every link, and in a
//! browser.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

mod copied;
#[path = "../../work/tests/export/fixture.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod fixture;
#[path = "../../work/tests/exporter/links.rs"]
mod links;
mod looks;
mod picture;
mod read;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
