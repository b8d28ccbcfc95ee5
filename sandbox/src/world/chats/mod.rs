//! Chats: private ones, groups, supergroups, channels, and what is said there.

mod body;
mod change;
mod chat;
mod content;
mod dialog_list;
mod history;
mod kept;
mod made;
mod mailbox;
mod media;
mod message;
mod picture;
mod register;
mod speaking;
mod text;

pub use body::{Body, BodyKind, empty_message, empty_service};
pub use change::{Change, Numbered};
pub use chat::{Chat, ChatKind, ChatSettings};
pub(crate) use content::mixed;
pub use content::{Content, Picture};
pub use dialog_list::{ARCHIVE, DialogList, DialogLists, TooManyPinned};
pub use history::Seen;
pub(crate) use kept::KeptChat;
pub use made::MadeMessages;
pub use mailbox::{Mail, Mailbox};
pub use media::{FileFault, MediaFile, MediaKind, NewFile, NewMedia, Thumbnail};
pub use message::{Draft, Edit, Message, NewMessage};
pub(crate) use picture::picture;
pub use register::{ChatError, Chats, NewChat};
pub use text::{ForwardedFrom, TextEntity, TextStyle};
