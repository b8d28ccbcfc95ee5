//! What the bot sends.

use super::bot::Bot;
use super::chat::Chat;
use super::error::ApiError;
use super::events::PhoneEvent;
use super::keyboard::Keyboard;
use super::message::{Author, Content, Message};
use crate::world::{AccountState, Person};

/// A message that the bot wants to send.
pub(super) struct Outgoing {
    pub(super) chat_id: i64,
    pub(super) content: Content,
    pub(super) keyboard: Keyboard,
    pub(super) reply_to: Option<ReplyTo>,
}

/// The message that a new one answers.
pub(super) struct ReplyTo {
    pub(super) message_id: i64,
    /// Whether to send all the same if that message is gone.
    pub(super) optional: bool,
}

impl Bot {
    /// Whether the bot may write to a person, and who that is.
    pub(super) fn addressee(&self, chat_id: i64) -> Result<Person, ApiError> {
        let person = self.person(chat_id)?;
        self.read(|state| match state.chats.get(&chat_id) {
            None => Err(ApiError::bad("chat not found")),
            Some(chat) => may_write(&person, chat),
        })?;
        Ok(person)
    }

    /// Sends a message.
    pub(super) fn send(&self, outgoing: Outgoing) -> Result<(Person, Message), ApiError> {
        let person = self.addressee(outgoing.chat_id)?;
        let reply_to = self.check_reply(&outgoing)?;
        self.book_message(person.id)?;
        let date = self.time().timestamp();
        let (message, keyboard_changed) = self.change(|state| {
            let message = Message {
                message_id: state.take_message_id(),
                author: Author::Bot,
                date,
                edit_date: None,
                reply_to,
                content: outgoing.content,
                reply_markup: outgoing.keyboard.clone().inline(),
            };
            let chat = state.chat(person.id);
            chat.add(message.clone());
            (message, apply(chat, outgoing.keyboard))
        });
        self.mirror_added(person.id, &message);
        self.show(
            person.id,
            PhoneEvent::Message {
                message: message.clone(),
            },
        );
        if keyboard_changed {
            self.show(person.id, PhoneEvent::Chat);
        }
        Ok((person, message))
    }

    fn check_reply(&self, outgoing: &Outgoing) -> Result<Option<i64>, ApiError> {
        let Some(reply) = &outgoing.reply_to else {
            return Ok(None);
        };
        let exists = self.read(|state| {
            state
                .chats
                .get(&outgoing.chat_id)
                .is_some_and(|chat| chat.messages.contains_key(&reply.message_id))
        });
        match (exists, reply.optional) {
            (true, _) => Ok(Some(reply.message_id)),
            (false, true) => Ok(None),
            (false, false) => Err(ApiError::bad("message to be replied not found")),
        }
    }

    /// Shows that the bot is busy.
    pub(super) fn send_action(&self, chat_id: i64, action: &str) -> Result<(), ApiError> {
        const ACTIONS: [&str; 11] = [
            "typing",
            "upload_photo",
            "record_video",
            "upload_video",
            "record_voice",
            "upload_voice",
            "upload_document",
            "choose_sticker",
            "find_location",
            "record_video_note",
            "upload_video_note",
        ];
        if !ACTIONS.contains(&action) {
            return Err(ApiError::bad("wrong parameter action in request"));
        }
        let person = self.addressee(chat_id)?;
        let action = action.to_owned();
        self.show(person.id, PhoneEvent::Action { action });
        Ok(())
    }
}

fn may_write(person: &Person, chat: &Chat) -> Result<(), ApiError> {
    if person.state == AccountState::Banned {
        return Err(ApiError::Forbidden("user is deactivated"));
    }
    if chat.blocked {
        return Err(ApiError::Forbidden("bot was blocked by the user"));
    }
    if !chat.is_open() {
        return Err(ApiError::Forbidden(
            "bot can't initiate conversation with a user",
        ));
    }
    Ok(())
}

/// Shows or hides the buttons in place of the keyboard; says whether it did.
fn apply(chat: &mut Chat, keyboard: Keyboard) -> bool {
    match keyboard {
        Keyboard::None | Keyboard::Inline(_) | Keyboard::ForceReply => false,
        Keyboard::Reply(keyboard) => {
            chat.reply_keyboard = Some(keyboard);
            true
        }
        Keyboard::Remove => chat.reply_keyboard.take().is_some(),
    }
}
