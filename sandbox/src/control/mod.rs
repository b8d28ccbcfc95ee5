//! The control interface: everything that the phone page does, as JSON over
//! HTTP, for tests and other programs.

mod answer;
mod bot;
mod bot_card;
mod bots;
mod chat;
mod chats;
mod decode;
mod docs;
mod events;
mod files;
mod launch;
mod origin;
mod picture;
mod router;
mod state;
mod talk;
pub mod telegram;
mod themes;

pub use router::router;
pub use state::ControlState;
