//! The people and chats that an answer mentions: clients want each described
//! beside the answer itself.

use std::collections::BTreeMap;

use grammers_tl_types::enums;

use super::chat::chat;
use super::user::user;
use crate::world::{Chat, ChatKind, Message, World};

/// Collects the people and chats that an answer mentions.
pub(crate) struct Parties<'w> {
    world: &'w World,
    viewer: i64,
    users: BTreeMap<i64, enums::User>,
    chats: BTreeMap<i64, enums::Chat>,
}

impl<'w> Parties<'w> {
    pub(crate) fn new(world: &'w World, viewer: i64) -> Self {
        Self {
            world,
            viewer,
            users: BTreeMap::new(),
            chats: BTreeMap::new(),
        }
    }

    /// Mentions a person.
    pub(crate) fn person(&mut self, id: i64) {
        if !self.users.contains_key(&id)
            && let Some(person) = self.world.people().get(id)
        {
            self.users.insert(id, user(&person, self.viewer));
        }
    }

    /// Mentions a chat; a private one means both people in it.
    pub(crate) fn chat(&mut self, mentioned: &Chat) {
        if mentioned.kind == ChatKind::Private {
            self.person(self.viewer);
            self.person(mentioned.partner_of(self.viewer));
        } else if !self.chats.contains_key(&mentioned.id)
            && let Some(described) = chat(mentioned, self.viewer)
        {
            self.chats.insert(mentioned.id, described);
        }
    }

    /// Mentions whoever wrote a message.
    pub(crate) fn author(&mut self, message: &Message) {
        if let Some(author) = message.from {
            self.person(author);
        }
    }

    /// The chats and the people.
    pub(crate) fn finish(self) -> (Vec<enums::Chat>, Vec<enums::User>) {
        let chats = self.chats.into_values().collect();
        (chats, self.users.into_values().collect())
    }
}
