//! What a person does in the chat.

use serde_json::{Value, json};

use super::bot::Bot;
use super::chat::Chat;
use super::commands::Command;
use super::entities::detect;
use super::events::PhoneEvent;
use super::menu::MenuButton;
use super::message::{Author, Content, Message, WebAppData, WriteAccess};
use super::updates::UpdateKind;
use super::views;
use crate::world::Person;

/// Telegram's limit for one message, in characters.
pub(super) const TEXT_LIMIT: usize = 4096;

/// Why something could not be said.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SayError {
    /// There are no words.
    #[error("the text must have 1 to 4096 characters")]
    Length,
    /// The person blocked the bot.
    #[error("the bot is blocked by this person: unblock it first")]
    Blocked,
    /// There is no such message of theirs.
    #[error("there is no such message of this person")]
    NoMessage,
}

impl Bot {
    /// The person writes to the bot.
    pub fn say(&self, person: &Person, text: &str) -> Result<Message, SayError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > TEXT_LIMIT {
            return Err(SayError::Length);
        }
        self.post(
            person,
            Content::Text {
                text: text.to_owned(),
                entities: detect(text, &[]),
            },
        )
    }

    /// A Mini App that a keyboard button opened sends data to the bot.
    pub fn send_web_app_data(
        &self,
        person: &Person,
        data: WebAppData,
    ) -> Result<Message, SayError> {
        // Source: core.telegram.org/bots/webapps, `sendData`: up to 4096 bytes.
        if data.data.is_empty() || data.data.len() > TEXT_LIMIT {
            return Err(SayError::Length);
        }
        self.post(person, Content::WebAppData { web_app_data: data })
    }

    /// The person lets the bot write, as a Mini App asked.
    pub fn allow_writing(&self, person: &Person) -> Result<Message, SayError> {
        self.change(|state| state.chat(person.id).write_allowed = true);
        self.post(
            person,
            Content::WriteAccess {
                write_access_allowed: WriteAccess { from_request: true },
            },
        )
    }

    /// The person changes a message of theirs.
    pub fn change_message(
        &self,
        person: &Person,
        message_id: i64,
        text: &str,
    ) -> Result<(), SayError> {
        let message = self.take_change(person, message_id, text)?;
        self.world().void_codes_in(person, text);
        self.mirror_edited(person.id, &message);
        Ok(())
    }

    /// The bot hears that the person changed a message.
    pub(super) fn take_change(
        &self,
        person: &Person,
        message_id: i64,
        text: &str,
    ) -> Result<Message, SayError> {
        let now = self.time();
        let message = self.change(|state| {
            let chat = state.chat(person.id);
            let message = chat.messages.get_mut(&message_id);
            let message = message
                .filter(|it| it.author == Author::Person)
                .ok_or(SayError::NoMessage)?;
            message.content = Content::Text {
                text: text.to_owned(),
                entities: detect(text, &[]),
            };
            message.edit_date = Some(now.timestamp());
            let message = message.clone();
            let view = views::message(state, person, &message);
            state.updates.push(UpdateKind::EditedMessage, view, now);
            Ok(message)
        })?;
        self.wake();
        Ok(message)
    }

    /// Puts an update into the queue as it is, but for its number: what a
    /// newer Telegram sends, or what happens where the sandbox has no place.
    pub fn push_update(&self, update: Value) {
        let now = self.time();
        self.change(|state| state.updates.push(UpdateKind::AsOrdered, update, now));
        self.wake();
    }

    pub(super) fn post(&self, person: &Person, content: Content) -> Result<Message, SayError> {
        let message = self.take(person, content)?;
        self.mirror_added(person.id, &message);
        Ok(message)
    }

    /// The bot hears what the person said.
    pub(super) fn take(&self, person: &Person, content: Content) -> Result<Message, SayError> {
        let now = self.time();
        let message = self.change(|state| {
            if state.chat(person.id).blocked {
                return Err(SayError::Blocked);
            }
            let message = Message {
                message_id: state.take_message_id(),
                author: Author::Person,
                date: now.timestamp(),
                edit_date: None,
                reply_to: None,
                content,
                reply_markup: None,
            };
            let chat = state.chat(person.id);
            chat.started |= !matches!(message.content, Content::WriteAccess { .. });
            hide_one_time_keyboard(chat);
            chat.add(message.clone());
            let view = views::message(state, person, &message);
            state.updates.push(UpdateKind::Message, view, now);
            Ok(message)
        })?;
        if let Content::Text { text, .. } = &message.content {
            self.world().void_codes_in(person, text);
        }
        self.wake();
        self.show(
            person.id,
            PhoneEvent::Message {
                message: message.clone(),
            },
        );
        Ok(message)
    }

    /// The person blocks the bot, or lets it back in.
    pub fn set_blocked(&self, person: &Person, blocked: bool) {
        let now = self.time();
        self.change(|state| {
            let chat = state.chat(person.id);
            if chat.blocked == blocked {
                return;
            }
            chat.blocked = blocked;
            let bot = views::bot_user(state);
            let update = json!({
                "chat": views::chat(person),
                "from": views::user(person),
                "date": now.timestamp(),
                "old_chat_member": member(&bot, !blocked),
                "new_chat_member": member(&bot, blocked),
            });
            state.updates.push(UpdateKind::MyChatMember, update, now);
        });
        let users = self.world().users();
        users.set_blocked(person.id, self.id(), blocked);
        self.wake();
        self.show(person.id, PhoneEvent::Chat);
    }

    /// The person has seen everything.
    pub fn mark_read(&self, person: i64) {
        let had_unread =
            self.read(|state| state.chats.get(&person).is_some_and(|chat| chat.unread > 0));
        if had_unread {
            self.change(|state| state.chat(person).unread = 0);
            self.mirror_read(person);
        }
    }

    /// A copy of a person's chat.
    pub fn chat_of(&self, person: i64) -> Option<Chat> {
        self.read(|state| state.chats.get(&person).cloned())
    }

    /// The commands that a person sees.
    pub fn commands_for(&self, person: &Person) -> Vec<Command> {
        self.read(|state| {
            state
                .commands
                .for_person(person.id, &person.language)
                .to_vec()
        })
    }

    /// The button that a person sees beside the input field.
    pub fn menu_for(&self, person: i64) -> MenuButton {
        self.read(|state| state.menus.shown_to(person).clone())
    }

    /// The bot's name and description as a person sees them.
    pub fn introduction_for(&self, person: &Person) -> (String, String) {
        let language = person.language.split('-').next().unwrap_or_default();
        self.read(|state| {
            let name = state.texts.name.get(language);
            let description = state.texts.description.get(language);
            let common = state.texts.description.get("");
            (
                name.map_or_else(|| state.name().to_owned(), Clone::clone),
                description.or(common).cloned().unwrap_or_default(),
            )
        })
    }
}

fn hide_one_time_keyboard(chat: &mut Chat) {
    if chat
        .reply_keyboard
        .as_ref()
        .is_some_and(|keyboard| keyboard.one_time_keyboard)
    {
        chat.reply_keyboard = None;
    }
}

fn member(bot: &Value, blocked: bool) -> Value {
    if blocked {
        json!({"user": bot, "status": "kicked", "until_date": 0})
    } else {
        json!({"user": bot, "status": "member"})
    }
}
