//! Saying something in a chat, changing it and taking it back.

use std::sync::Arc;

use super::body::BodyKind;
use super::chat::{Chat, ChatKind};
use super::mailbox::{Mail, Mailbox};
use super::message::{Draft, Edit, Message};
use super::register::Chats;
use crate::world::feed::Event;

impl Chats {
    /// Adds a message to a chat; the clients hear it.
    pub fn say(&self, chat: &Chat, new: impl Into<Draft>, now: i64) -> Message {
        let draft = new.into();
        let known_to_bot = draft.known_to_bot;
        let message = self.written(chat, draft, now);
        let message = if chat.kind.is_channel() {
            chat.add(0, message)
        } else {
            self.deliver(chat, message)
        };
        self.publish(Event::MessageAdded {
            chat: chat.id,
            message: message.id,
            known_to_bot,
        });
        message
    }

    /// Adds a message that was there before: no one hears of it.
    pub fn put(&self, chat: &Chat, new: impl Into<Draft>, now: i64) -> Message {
        let message = self.written(chat, new.into(), now);
        chat.add(self.take_message_id(), message)
    }

    /// Changes what a message says; `None`: there is no such message.
    pub fn edit(&self, chat: &Chat, id: i32, edit: impl Into<Edit>, now: i64) -> Option<Message> {
        let (message, pts) = chat.edit(id, edit.into(), now)?;
        self.note(chat, chat.members(), || Mail::Edited {
            chat: chat.id,
            message: id,
        });
        self.publish(Event::MessageEdited {
            chat: chat.id,
            message: id,
            pts,
        });
        Some(message)
    }

    /// Deletes messages for everyone; which there were.
    pub fn delete(&self, chat: &Chat, ids: &[i32]) -> Vec<i32> {
        let (messages, pts) = chat.delete(ids);
        self.deleted(chat, chat.members(), messages, pts)
    }

    /// Deletes messages of a private chat or a group for one person only; which
    /// they saw until now.
    pub fn delete_for(&self, chat: &Chat, person: i64, ids: &[i32]) -> Vec<i32> {
        let messages = chat.hide(person, ids);
        self.deleted(chat, vec![person], messages, 0)
    }

    fn deleted(&self, chat: &Chat, people: Vec<i64>, messages: Vec<i32>, pts: i32) -> Vec<i32> {
        if !messages.is_empty() {
            self.note(chat, people.clone(), || Mail::Deleted(messages.clone()));
            self.publish(Event::MessagesDeleted {
                chat: chat.id,
                people,
                messages: messages.clone(),
                pts,
            });
        }
        messages
    }

    /// A person's common event log, to read.
    pub fn with_mailbox<T>(&self, person: i64, read: impl FnOnce(&Mailbox) -> T) -> T {
        match self.mailboxes.read().get(&person) {
            Some(mailbox) => read(mailbox),
            None => read(&Mailbox::default()),
        }
    }

    fn written(&self, chat: &Chat, draft: Draft, now: i64) -> Message {
        let new = draft.plain;
        let from = match chat.kind {
            ChatKind::Channel => None,
            _ => new.from.or(chat.owner),
        };
        let mut message = Message {
            id: 0,
            from,
            date: new.date.unwrap_or(now),
            text: new.text,
            entities: new.entities.into_iter().map(Into::into).collect(),
            forward: new.forward,
            album: new.album,
            edited: None,
            media: new.media.map(|media| self.keep(media, now)),
            pts: 0,
            body: None,
        };
        if let Some(mut body) = draft.body {
            if let BodyKind::Message(of) = &mut body.kind {
                message.text = std::mem::take(&mut of.message);
                message.entities = of.entities.take().unwrap_or_default();
                message.edited = of.edit_date.map(i64::from);
            }
            message.body = Some(Arc::new(body));
        }
        message
    }

    fn deliver(&self, chat: &Chat, message: Message) -> Message {
        // One lock over numbering and noting: the logs keep the order of the ids.
        let mut mailboxes = self.mailboxes.write();
        let id = self.take_message_id();
        let message = chat.add(id, message);
        for member in chat.members() {
            mailboxes.entry(member).or_default().note(Mail::Added {
                chat: chat.id,
                message: id,
            });
        }
        message
    }

    /// Notes what happened in a chat that is no channel in people's logs.
    fn note(&self, chat: &Chat, people: Vec<i64>, mail: impl Fn() -> Mail) {
        if !chat.kind.is_channel() {
            let mut mailboxes = self.mailboxes.write();
            for person in people {
                mailboxes.entry(person).or_default().note(mail());
            }
        }
    }
}
