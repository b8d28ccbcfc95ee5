//! Messages of a private chat.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::contact::Contact;
use super::entities::Entity;
use super::keyboard::InlineKeyboard;

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The bot.
    Bot,
    /// The person.
    Person,
}

/// A file that was sent as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    /// With this the file can be fetched or sent again.
    pub file_id: String,
    /// The same for the same file.
    pub file_unique_id: String,
    /// The file's name.
    pub file_name: String,
    /// The kind of file.
    pub mime_type: String,
    /// Its size in bytes.
    pub file_size: usize,
}

/// One size of a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhotoSize {
    /// With this the picture can be fetched or sent again.
    pub file_id: String,
    /// The same for the same picture.
    pub file_unique_id: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Its size in bytes.
    pub file_size: usize,
}

/// What a Mini App sent with `sendData`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebAppData {
    /// The data.
    pub data: String,
    /// The words on the button that opened the app.
    pub button_text: String,
}

/// How a person let the bot write to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WriteAccess {
    /// Whether a Mini App asked for it.
    pub from_request: bool,
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Content {
    /// Words.
    Text {
        /// The words.
        text: String,
        /// Its formatted stretches.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entities: Vec<Entity>,
    },
    /// A file, perhaps with words below.
    Document {
        /// The file.
        document: Document,
        /// The words below.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        /// Formatted stretches of the words.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        caption_entities: Vec<Entity>,
    },
    /// A picture, perhaps with words below.
    Photo {
        /// The picture in its sizes.
        photo: Vec<PhotoSize>,
        /// The words below.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        /// Formatted stretches of the words.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        caption_entities: Vec<Entity>,
    },
    /// A phone number.
    Contact {
        /// Whose it is.
        contact: Contact,
    },
    /// A note that a Mini App sent data.
    WebAppData {
        /// What it sent.
        web_app_data: WebAppData,
    },
    /// A note that the bot may write from now on.
    WriteAccess {
        /// How that came about.
        write_access_allowed: WriteAccess,
    },
}

/// One message of a private chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Its number; later messages have greater ones.
    pub message_id: i64,
    /// Who wrote it.
    pub author: Author,
    /// When, in Unix seconds.
    pub date: i64,
    /// When it was last changed, in Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit_date: Option<i64>,
    /// The message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// What it holds.
    #[serde(flatten)]
    pub content: Content,
    /// The buttons under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<InlineKeyboard>,
}
