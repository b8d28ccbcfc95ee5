//! A message.

use std::sync::Arc;

use grammers_tl_types::enums;

use super::body::Body;
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
    pub entities: Vec<enums::MessageEntity>,
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
    /// Everything else that it is, if it is more than that.
    pub body: Option<Arc<Body>>,
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

/// A message that is to be added, of any kind.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The plain part of it; words and formats are the body's if there is one.
    pub plain: NewMessage,
    /// Everything else that it is.
    pub body: Option<Body>,
    /// Whether a bot knows of it already, in a chat with one.
    pub known_to_bot: bool,
}

impl From<NewMessage> for Draft {
    fn from(plain: NewMessage) -> Self {
        Self {
            plain,
            ..Self::default()
        }
    }
}

impl Draft {
    /// A message with this body, from someone.
    pub fn with_body(from: Option<i64>, body: Body) -> Self {
        Self {
            plain: NewMessage {
                from,
                ..NewMessage::default()
            },
            body: Some(body),
            known_to_bot: false,
        }
    }
}

/// What is to be changed about a message; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// What it says, and how that is formatted.
    pub text: Option<(String, Vec<enums::MessageEntity>)>,
    /// Everything else that it is.
    pub body: Option<Body>,
}

impl From<String> for Edit {
    fn from(text: String) -> Self {
        Self {
            text: Some((text, Vec::new())),
            body: None,
        }
    }
}
