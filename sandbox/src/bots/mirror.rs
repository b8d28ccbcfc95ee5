//! A bot's chats as the data centres show them: everyone's chat with a bot is a
//! private chat like any other, to read and to write in with any app.
//!
//! The bot numbers its messages by itself, as do people's accounts: which number
//! belongs to which is remembered here.

use super::bot::Bot;
use super::message::{Author, Message};
use super::mirrored;
use super::person_side::SayError;
use crate::world::{BodyKind, Chat, ChatKind, Draft, Edit, Event, User, UserKind};

impl Bot {
    /// Makes the bot known to the data centres, with what was said before.
    pub(super) fn appear(&self) {
        self.introduce();
        let mut said: Vec<(i64, Message)> = self.read(|state| {
            let chats = state.chats.iter();
            let all = chats.flat_map(|(person, chat)| {
                let messages = chat.messages.values().cloned();
                messages.map(|message| (*person, message))
            });
            all.collect()
        });
        said.sort_by_key(|(_, message)| message.message_id);
        let blocking: Vec<i64> = self.read(|state| {
            let chats = state.chats.iter().filter(|(_, chat)| chat.blocked);
            chats.map(|(person, _)| *person).collect()
        });
        for person in blocking {
            self.world().users().set_blocked(person, self.id(), true);
        }
        for (person, message) in said {
            if let Some((chat, draft)) = self.as_said(person, &message) {
                let put = self.world().chats().put(&chat, draft, message.date);
                self.mirror(|it| it.note(person, message.message_id, put.id));
                chat.mark_read(person, i32::MAX);
            }
        }
    }

    /// Tells the data centres what the bot is called.
    pub(super) fn introduce(&self) {
        let (name, username) =
            self.read(|state| (state.name().to_owned(), state.identity.username.clone()));
        self.world().users().put(User {
            username: Some(username),
            ..User::named(self.id(), UserKind::Bot, &name)
        });
    }

    /// A message was added to the bot's chat with a person.
    pub(super) fn mirror_added(&self, person: i64, message: &Message) {
        if let Some((chat, draft)) = self.as_said(person, message) {
            let said = self.world().chats().say(&chat, draft, message.date);
            self.mirror(|it| it.note(person, message.message_id, said.id));
        }
    }

    /// A message of the chat was changed.
    pub(super) fn mirror_edited(&self, person: i64, message: &Message) {
        let Some(common) = self.common_id(person, message.message_id) else {
            return;
        };
        if let Some((chat, draft)) = self.as_said(person, message) {
            let edit = Edit::to(draft);
            let at = message.edit_date.unwrap_or(message.date);
            self.world().chats().edit(&chat, common, edit, at);
        }
    }

    /// A message of the chat was taken back.
    pub(super) fn mirror_deleted(&self, person: i64, message: i64) {
        let Some(common) = self.common_id(person, message) else {
            return;
        };
        if let Some(chat) = self.world().chats().private(person, self.id()) {
            self.world().chats().delete(&chat, &[common]);
        }
    }

    /// The person has seen everything, on the page that plays their phone.
    pub(super) fn mirror_read(&self, person: i64) {
        if let Some(chat) = self.world().chats().private(person, self.id()) {
            chat.mark_read(person, i32::MAX);
        }
    }

    /// What happened in the chat by way of a data centre.
    pub(super) fn hear(&self, chat: &Chat, event: &Event) {
        let person = chat.partner_of(self.id());
        match event {
            Event::MessageAdded {
                message,
                known_to_bot: false,
                ..
            } => self.hear_added(chat, person, *message),
            Event::MessageEdited { message, .. } => self.hear_edited(chat, *message),
            Event::MessagesDeleted { messages, .. } => {
                for message in messages {
                    let known = self.mirror(|it| it.by_common.remove(message));
                    if let Some((person, own)) = known {
                        self.mirror(|it| it.by_own.remove(&(person, own)));
                        self.forget(person, own);
                    }
                }
            }
            _ => {}
        }
    }

    fn hear_added(&self, chat: &Chat, person: i64, message: i32) {
        let (Some(said), Some(person)) = (chat.message(message), self.world().people().get(person))
        else {
            return;
        };
        let heard = self.hear_words(&person, &said.text);
        match heard {
            Ok(own) => self.mirror(|it| it.note(person.id, own.message_id, message)),
            Err(error) => tracing::info!(%error, "a bot did not hear a message"),
        }
    }

    fn hear_words(&self, person: &crate::world::Person, text: &str) -> Result<Message, SayError> {
        let content = mirrored::heard(text)?;
        self.take(person, content)
    }

    fn hear_edited(&self, chat: &Chat, message: i32) {
        let known = self.mirror(|it| it.by_common.get(&message).copied());
        let (Some((person, own)), Some(said)) = (known, chat.message(message)) else {
            return;
        };
        let Some(person) = self.world().people().get(person) else {
            return;
        };
        let same = self.read(|state| {
            let chat = state.chats.get(&person.id);
            let message = chat.and_then(|chat| chat.messages.get(&own));
            message.is_none_or(|it| it.author == Author::Bot || mirrored::words(it) == said.text)
        });
        if !same {
            // It is a message of theirs that exists.
            let _ = self.take_change(&person, own, &said.text);
        }
    }

    fn common_id(&self, person: i64, message: i64) -> Option<i32> {
        self.mirror(|it| it.by_own.get(&(person, message)).copied())
    }

    /// The chat with a person, and a message of it as the world has it.
    fn as_said(&self, person: i64, message: &Message) -> Option<(std::sync::Arc<Chat>, Draft)> {
        let chats = self.world().chats();
        let chat = chats.private_of(person, self.id(), message.date).ok()?;
        let reply = message.reply_to.and_then(|it| self.common_id(person, it));
        let from = match message.author {
            Author::Bot => self.id(),
            Author::Person => person,
        };
        let draft = mirrored::draft(message, from, reply, self.files());
        Some((chat, draft))
    }
}

/// Whose bot's chat an event is about.
pub(super) fn chat_of(world: &crate::world::World, event: &Event) -> Option<std::sync::Arc<Chat>> {
    let chat = match event {
        Event::MessageAdded { chat, .. }
        | Event::MessageEdited { chat, .. }
        | Event::MessagesDeleted { chat, .. } => world.chats().get(*chat)?,
        _ => return None,
    };
    (chat.kind == ChatKind::Private).then_some(chat)
}

impl Edit {
    /// A message becomes another one.
    fn to(draft: Draft) -> Self {
        let mut edit = Self::default();
        let Some(mut body) = draft.body else {
            return edit;
        };
        if let BodyKind::Message(message) = &mut body.kind {
            let text = std::mem::take(&mut message.message);
            let entities = message.entities.take().unwrap_or_default();
            edit.text = Some((text, entities));
        }
        edit.body = Some(body);
        edit
    }
}
