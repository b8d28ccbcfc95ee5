//! The private chat of one person with the bot.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::keyboard::ReplyKeyboard;
use super::message::{Author, Message};

/// How many toasts a chat remembers for those who read it later.
const TOASTS_KEPT: usize = 50;

/// The bot's answer to a pressed button, shown for a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Toast {
    /// Which press it answers.
    pub callback_query_id: String,
    /// The words, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether it must be closed by hand.
    pub show_alert: bool,
    /// A link to open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When, in Unix seconds.
    pub date: i64,
}

/// The private chat of one person with the bot.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Chat {
    /// Everything that was said, by number.
    pub messages: BTreeMap<i64, Message>,
    /// How many of the bot's messages the person has not seen.
    pub unread: u32,
    /// Whether the person has written to the bot.
    pub started: bool,
    /// Whether the person blocked the bot.
    pub blocked: bool,
    /// Whether a Mini App was allowed to let the bot write.
    pub write_allowed: bool,
    /// The buttons in place of the keyboard.
    pub reply_keyboard: Option<ReplyKeyboard>,
    /// The latest answers to pressed buttons.
    pub toasts: Vec<Toast>,
    /// What Telegram calls `chat_instance`.
    pub instance: i64,
}

impl Chat {
    /// A chat in which nothing was said.
    pub fn begun() -> Self {
        Self {
            instance: (crate::world::random_id() & i64::MAX),
            ..Self::default()
        }
    }

    /// Adds a message.
    pub fn add(&mut self, message: Message) {
        match message.author {
            Author::Bot => self.unread += 1,
            Author::Person => self.unread = 0,
        }
        self.messages.insert(message.message_id, message);
    }

    /// Keeps a toast, forgetting the oldest.
    pub fn keep_toast(&mut self, toast: Toast) {
        if self.toasts.len() >= TOASTS_KEPT {
            self.toasts.remove(0);
        }
        self.toasts.push(toast);
    }

    /// Whether the bot may write here.
    pub fn is_open(&self) -> bool {
        self.started || self.write_allowed
    }
}
