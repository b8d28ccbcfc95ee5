//! What a message is beside its words.

use grammers_tl_types::{enums, types};
use serde::{Deserialize, Serialize};

/// A part of a text that is formatted; offsets count UTF-16 code units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEntity {
    /// Where it begins.
    pub offset: i32,
    /// How long it is.
    pub length: i32,
    /// How it is formatted.
    pub style: TextStyle,
}

/// How a part of a text is formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextStyle {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// A link that is its own text.
    Url,
    /// A link under another text.
    TextUrl(String),
    /// `#tag`.
    Hashtag,
}

impl From<TextEntity> for enums::MessageEntity {
    fn from(entity: TextEntity) -> Self {
        let (offset, length) = (entity.offset, entity.length);
        match entity.style {
            TextStyle::Bold => types::MessageEntityBold { offset, length }.into(),
            TextStyle::Italic => types::MessageEntityItalic { offset, length }.into(),
            TextStyle::Url => types::MessageEntityUrl { offset, length }.into(),
            TextStyle::TextUrl(url) => types::MessageEntityTextUrl {
                offset,
                length,
                url,
            }
            .into(),
            TextStyle::Hashtag => types::MessageEntityHashtag { offset, length }.into(),
        }
    }
}

/// From where a message was forwarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardedFrom {
    /// The channel.
    pub channel: i64,
    /// The post's number there.
    pub post: i32,
    /// When it was sent there, in seconds.
    pub date: i64,
}
