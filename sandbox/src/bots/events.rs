//! What happens on a person's phone, as it happens.

use serde::Serialize;
use utoipa::ToSchema;

use super::chat::Toast;
use super::message::Message;

/// Something that a person's phone shows at once.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PhoneEvent {
    /// A new message.
    Message {
        /// The message.
        message: Message,
    },
    /// A message was changed.
    Edited {
        /// The message as it is now.
        message: Message,
    },
    /// A message is gone.
    Deleted {
        /// Its number.
        message_id: i64,
    },
    /// The bot answered a pressed button.
    Toast {
        /// The answer.
        toast: Toast,
    },
    /// The bot is busy ("typing").
    Action {
        /// What it is busy with.
        action: String,
    },
    /// The chat's buttons, menu, commands or blocking changed.
    Chat,
    /// The person's account or devices changed.
    Account,
}

/// An event and the person it concerns.
#[derive(Clone, Debug)]
pub struct Addressed {
    /// In the chat with which bot.
    pub bot: i64,
    /// Whose phone shows it.
    pub person: i64,
    /// What is shown.
    pub event: PhoneEvent,
}
