//! Exports of dialogs to a folder, over a dialog in memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod dialog;
mod estimating;
mod exporting;
mod interrupted;
mod kept;
mod links;
mod looking_back;
mod pages;
mod renewing;
mod sealed;
mod server;
#[allow(dead_code, reason = "made for more tests than these")]
#[path = "../jobs/stores.rs"]
mod stores;
mod takeouts;
mod waiting;
#[path = "../export/words.rs"]
mod words;
