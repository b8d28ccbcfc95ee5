//! Pressed buttons and the bot's answers to them.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::bot::Bot;
use super::chat::Toast;
use super::error::ApiError;
use super::events::PhoneEvent;
use super::keyboard::{InlineButton, InlineKeyboard};
use super::launch::Door;
use super::message::{Author, Message};
use super::state::PendingPress;
use super::updates::UpdateKind;
use super::views;
use crate::world::Person;

/// What came of pressing a button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Pressed {
    /// The bot was told; its answer comes as a toast.
    Callback {
        /// Which press the answer will name.
        callback_query_id: String,
    },
    /// The button is a link.
    Url {
        /// Where it leads.
        url: String,
    },
    /// The button opens a Mini App.
    WebApp {
        /// The app's address, still without launch data.
        url: String,
    },
    /// The button's words were sent as a message.
    Message {
        /// The number of that message.
        message_id: i64,
    },
}

/// Why a button could not be pressed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PressError {
    /// There is no such message.
    #[error("there is no such message in this chat")]
    NoMessage,
    /// There is no such button.
    #[error("there is no such button")]
    NoButton,
    /// The person blocked the bot.
    #[error("the bot is blocked by this person")]
    Blocked,
}

/// Which button is pressed.
#[derive(Clone, Debug)]
pub enum Press {
    /// The one at a place under a message, counted from zero.
    At {
        /// The message.
        message_id: i64,
        /// The row.
        row: usize,
        /// The place in the row.
        column: usize,
    },
    /// The one with these words: under this message, or under the latest
    /// that has one, or in place of the keyboard.
    Labelled {
        /// The message, if it matters which.
        message_id: Option<i64>,
        /// The words.
        text: String,
    },
}

impl Bot {
    /// Presses a button in a person's chat.
    pub fn press(&self, person: &Person, press: &Press) -> Result<Pressed, PressError> {
        match self.find_button(person, press)? {
            Found::Inline(message, button) => Ok(self.press_inline(person, &message, button)),
            Found::Reply(button) => match button.web_app {
                Some(app) => Ok(Pressed::WebApp { url: app.url }),
                None => self
                    .say(person, &button.text)
                    .map(|message| Pressed::Message {
                        message_id: message.message_id,
                    })
                    .map_err(|_| PressError::NoButton),
            },
        }
    }

    /// The way into the Mini App behind a button, without pressing it.
    pub fn app_behind(&self, person: &Person, press: &Press) -> Result<Door, PressError> {
        let door = match self.find_button(person, press)? {
            Found::Inline(_, button) => button.web_app.map(|app| Door::Inline(app.url)),
            Found::Reply(button) => button.web_app.map(|app| Door::Reply(app.url)),
        };
        door.ok_or(PressError::NoButton)
    }

    fn find_button(&self, person: &Person, press: &Press) -> Result<Found, PressError> {
        self.read(|state| {
            let chat = state.chats.get(&person.id).ok_or(PressError::NoMessage)?;
            if chat.blocked {
                return Err(PressError::Blocked);
            }
            find(chat, press)
        })
    }

    fn press_inline(&self, person: &Person, message: &Message, button: InlineButton) -> Pressed {
        if let Some(app) = button.web_app {
            return Pressed::WebApp { url: app.url };
        }
        if let Some(url) = button.url {
            return Pressed::Url { url };
        }
        let id = (crate::world::random_id() & i64::MAX).to_string();
        let now = self.time();
        self.change(|state| {
            let query = json!({
                "id": id,
                "from": views::user(person),
                "message": views::message(state, person, message),
                "chat_instance": state.chat(person.id).instance.to_string(),
                "data": button.callback_data.unwrap_or_default(),
            });
            let press = PendingPress {
                person: person.id,
                at: now,
            };
            state.presses.insert(id.clone(), press);
            state.updates.push(UpdateKind::CallbackQuery, query, now);
        });
        self.wake();
        Pressed::Callback {
            callback_query_id: id,
        }
    }

    /// Answers a pressed button.
    pub(super) fn answer_press(&self, mut toast: Toast) -> Result<(), ApiError> {
        let now = self.time();
        let life = self.rules().press_life;
        toast.date = now.timestamp();
        let person = self.change(|state| {
            state
                .presses
                .retain(|_, press| (now - press.at).to_std().unwrap_or_default() <= life);
            let press = state.presses.remove(&toast.callback_query_id)?;
            state.chat(press.person).keep_toast(toast.clone());
            Some(press.person)
        });
        let person = person.ok_or_else(|| {
            ApiError::bad("query is too old and response timeout expired or query ID is invalid")
        })?;
        self.show(person, PhoneEvent::Toast { toast });
        Ok(())
    }
}

enum Found {
    Inline(Box<Message>, InlineButton),
    Reply(super::keyboard::ReplyButton),
}

fn find(chat: &super::chat::Chat, press: &Press) -> Result<Found, PressError> {
    match press {
        Press::At {
            message_id,
            row,
            column,
        } => {
            let message = chat.messages.get(message_id).ok_or(PressError::NoMessage)?;
            under(message, |keyboard| keyboard.at(*row, *column)).ok_or(PressError::NoButton)
        }
        Press::Labelled {
            message_id: Some(id),
            text,
        } => {
            let message = chat.messages.get(id).ok_or(PressError::NoMessage)?;
            under(message, |keyboard| keyboard.labelled(text)).ok_or(PressError::NoButton)
        }
        Press::Labelled {
            message_id: None,
            text,
        } => chat
            .messages
            .values()
            .rev()
            .find_map(|message| under(message, |keyboard| keyboard.labelled(text)))
            .or_else(|| reply_button(chat, text))
            .ok_or(PressError::NoButton),
    }
}

fn under<'a>(
    message: &'a Message,
    choose: impl FnOnce(&'a InlineKeyboard) -> Option<&'a InlineButton>,
) -> Option<Found> {
    if message.author != Author::Bot {
        return None;
    }
    let button = choose(message.reply_markup.as_ref()?)?;
    Some(Found::Inline(Box::new(message.clone()), button.clone()))
}

fn reply_button(chat: &super::chat::Chat, text: &str) -> Option<Found> {
    chat.reply_keyboard
        .as_ref()?
        .keyboard
        .iter()
        .flatten()
        .find(|button| button.text == text)
        .map(|button| Found::Reply(button.clone()))
}
