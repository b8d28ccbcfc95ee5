//! A local Telegram: data centres that speak `MTProto` 2.0, a Bot API, and a
//! page that plays the person's phone, all in one process.
//!
//! It exists so that programs for Telegram can be tried and tested without an
//! account, a bot or a network. It checks what Telegram checks, and answers
//! what Telegram answers. It knows nothing of the programs that use it.
//!
//! - [`world`] is the truth that all three faces share: people, their
//!   authorisations, login tokens, channels, faults on command.
//! - [`dc`] is the data centres, to which clients connect.
//! - [`bots`] is the bots, their chats and the Bot API.
//! - [`control`] drives everything over HTTP, and [`phone`] is the page that
//!   plays a person's Telegram on top of it.
//! - [`Sandbox`] starts and stops all of them.

pub mod bots;
pub mod control;
pub mod dc;
pub mod every_kind;
mod first_channels;
mod first_chats;
mod keeper;
mod options;
pub mod phone;
mod posting;
mod ready;
mod sandbox;
mod server;
mod tl_json;
pub mod world;

pub use options::{Newcomer, SandboxOptions};
pub use ready::{DcAddress, Ready};
pub use sandbox::{Sandbox, StartError};
pub use tl_json::DraftError;
