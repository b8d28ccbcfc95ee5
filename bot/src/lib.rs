//! The bot: commands, menus, and the notices it sends by itself.
//!
//! Invariants:
//! - a person is only ever who Telegram says they are in an update; a button
//!   acts on the account of the one who presses it;
//! - what people write is neither logged nor stored, and the bot's token is in
//!   no log line and in no `Debug`;
//! - a person who blocked the bot is remembered and not written to.
//!
//! Deliberately absent: signing in through the chat (Telegram voids codes that
//! are sent to any chat, and a password has no place there), groups, inline
//! mode, and any knowledge of how logins run or sessions are kept.

mod app_link;
mod button;
mod callback;
mod chat;
mod commands;
mod context;
mod dispatcher;
mod error;
mod fallback;
mod identity;
mod introduction;
mod keyboard;
mod leaked_secret;
mod membership;
mod notices;
mod rate_limit;
mod sender;
mod service;
mod settings;
mod telegram;
mod texts;
mod tree;
mod turn;
mod unreadable;
mod updates;

pub use dispatcher::DispatcherFault;
pub use identity::{BotIdentity, IdentityRefused};
pub use service::{Bot, BotState, Liveness};
pub use settings::{BotPorts, BotSettings, OwnWords, StartError, Webhook};
pub use updates::{UPDATE_KINDS, UpdateHealth};
