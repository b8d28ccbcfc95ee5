//! Chats: private ones, groups, supergroups, channels, and what is said there.

mod change;
mod chat;
mod mailbox;
mod media;
mod message;
mod register;
mod text;

pub use change::{Change, Numbered};
pub use chat::{Chat, ChatKind};
pub use mailbox::Mailbox;
pub use media::{MediaFile, MediaKind, NewMedia};
pub use message::{Message, NewMessage};
pub use register::{ChatError, Chats, NewChat};
pub use text::{ForwardedFrom, TextEntity, TextStyle};
