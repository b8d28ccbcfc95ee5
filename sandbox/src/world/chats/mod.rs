//! Chats: private ones, groups, supergroups, channels, and what is said there.

mod chat;
mod mailbox;
mod media;
mod message;
mod register;

pub use chat::{Chat, ChatKind};
pub use mailbox::Mailbox;
pub use media::{MediaFile, MediaKind, NewMedia};
pub use message::{Message, NewMessage};
pub use register::{ChatError, Chats, NewChat};
