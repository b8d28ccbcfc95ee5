//! Copies of chats that are kept on the server, of a channel in the local Telegram:
//! how they are made, fetched and cancelled, and what happens when Telegram or a node
//! is away.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test ends when something is missing, and prints its figures"
)]

mod away;
mod bucket;
mod cancelling;
mod crowd;
mod earlier;
mod estimating;
mod harbour;
mod keeping;
mod killed;
mod making;
mod on_the_command_line;
mod plain;
mod takeouts;
