//! What an export is made of, out of its lines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;
mod golden;
mod manifest;
mod pages;
mod properties;
mod words;
mod zip;
