//! A message.

use std::sync::Arc;

use super::media::{MediaFile, NewMedia};
use super::text::{ForwardedFrom, TextEntity};

/// A message in a chat.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its number in the chat (in private chats and groups: among all of these).
    pub id: i32,
    /// Who wrote it; no one for posts of a channel.
    pub from: Option<i64>,
    /// When it was sent, in seconds.
    pub date: i64,
    /// What it says.
    pub text: String,
    /// How parts of that are formatted.
    pub entities: Vec<TextEntity>,
    /// What is attached.
    pub media: Option<Arc<MediaFile>>,
    /// From where it was forwarded.
    pub forward: Option<ForwardedFrom>,
    /// The album that it is part of.
    pub album: Option<i64>,
    /// When it was edited last, in seconds.
    pub edited: Option<i64>,
    /// The chat's event number when it was added.
    pub pts: i32,
}

/// A message that is to be added.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    /// Who writes it; the chat's owner if absent.
    pub from: Option<i64>,
    /// When it was sent, in seconds; now if absent.
    pub date: Option<i64>,
    /// What it says.
    pub text: String,
    /// How parts of that are formatted.
    pub entities: Vec<TextEntity>,
    /// What is attached.
    pub media: Option<NewMedia>,
    /// From where it was forwarded.
    pub forward: Option<ForwardedFrom>,
    /// The album that it is part of.
    pub album: Option<i64>,
}
