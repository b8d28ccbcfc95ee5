//! What the bot changes or takes back.

use super::bot::Bot;
use super::error::ApiError;
use super::events::PhoneEvent;
use super::keyboard::InlineKeyboard;
use super::message::{Author, Content, Message};
use crate::world::Person;

/// A bot may delete its messages for two days.
///
/// Source: core.telegram.org/bots/api#deletemessage.
const DELETABLE_SECONDS: i64 = 48 * 60 * 60;

/// What becomes of a message.
pub(super) enum Revision {
    /// Other words, and the buttons that go with them.
    Text(Content, Option<InlineKeyboard>),
    /// Other words below a file, and the buttons that go with them.
    Caption(
        Option<String>,
        Vec<super::entities::Entity>,
        Option<InlineKeyboard>,
    ),
    /// Other buttons only.
    Markup(Option<InlineKeyboard>),
}

impl Bot {
    /// Changes a message that the bot sent.
    pub(super) fn revise(
        &self,
        chat_id: i64,
        message_id: i64,
        revision: Revision,
    ) -> Result<(Person, Message), ApiError> {
        let person = self.addressee(chat_id)?;
        let date = self.time().timestamp();
        let message = self.change(|state| {
            let message = state
                .chat(chat_id)
                .messages
                .get_mut(&message_id)
                .ok_or_else(|| ApiError::bad("message to edit not found"))?;
            revised(message, revision, date)
        })?;
        self.mirror_edited(person.id, &message);
        self.show(
            person.id,
            PhoneEvent::Edited {
                message: message.clone(),
            },
        );
        Ok((person, message))
    }

    /// Takes a message back.
    pub(super) fn delete(&self, chat_id: i64, message_id: i64) -> Result<(), ApiError> {
        let person = self.person(chat_id)?;
        let now = self.time().timestamp();
        self.change(|state| {
            let messages = &mut state
                .chats
                .get_mut(&chat_id)
                .ok_or_else(|| ApiError::bad("chat not found"))?
                .messages;
            let message = messages
                .get(&message_id)
                .ok_or_else(|| ApiError::bad("message to delete not found"))?;
            if now - message.date > DELETABLE_SECONDS {
                return Err(ApiError::bad("message can't be deleted for everyone"));
            }
            messages.remove(&message_id);
            Ok(())
        })?;
        self.mirror_deleted(person.id, message_id);
        self.show(person.id, PhoneEvent::Deleted { message_id });
        Ok(())
    }

    /// The person deleted a message with another app.
    pub(super) fn forget(&self, person: i64, message_id: i64) {
        let known = self.read(|state| {
            let chat = state.chats.get(&person);
            chat.is_some_and(|chat| chat.messages.contains_key(&message_id))
        });
        if known {
            self.change(|state| state.chat(person).messages.remove(&message_id));
            self.show(person, PhoneEvent::Deleted { message_id });
        }
    }
}

fn revised(message: &mut Message, revision: Revision, date: i64) -> Result<Message, ApiError> {
    if message.author != Author::Bot {
        return Err(ApiError::bad("message can't be edited"));
    }
    let (content, markup) = match (revision, &message.content) {
        (Revision::Markup(markup), content) => (content.clone(), markup),
        (Revision::Text(content, markup), Content::Text { .. }) => (content, markup),
        (Revision::Text(..), _) => {
            return Err(ApiError::bad("there is no text in the message to edit"));
        }
        (Revision::Caption(words, entities, markup), content) => {
            (with_caption(content.clone(), words, entities)?, markup)
        }
    };
    if content == message.content && markup == message.reply_markup {
        return Err(ApiError::bad(
            "message is not modified: specified new message content and reply markup are \
             exactly the same as a current content and reply markup of the message",
        ));
    }
    // New buttons alone do not make a message "edited".
    if content != message.content {
        message.edit_date = Some(date);
    }
    message.content = content;
    message.reply_markup = markup;
    Ok(message.clone())
}

fn with_caption(
    content: Content,
    words: Option<String>,
    entities: Vec<super::entities::Entity>,
) -> Result<Content, ApiError> {
    match content {
        Content::Document { document, .. } => Ok(Content::Document {
            document,
            caption: words,
            caption_entities: entities,
        }),
        Content::Photo { photo, .. } => Ok(Content::Photo {
            photo,
            caption: words,
            caption_entities: entities,
        }),
        Content::Text { .. }
        | Content::Contact { .. }
        | Content::WebAppData { .. }
        | Content::WriteAccess { .. } => {
            Err(ApiError::bad("there is no caption in the message to edit"))
        }
    }
}
