//! The people and chats that an answer mentions: clients want each described
//! beside the answer itself.

use std::collections::BTreeMap;

use grammers_tl_types::{Serializable as _, enums};

use super::chat::{chat, forbidden, input_channel};
use super::user::user;
use crate::world::{BodyKind, Chat, ChatKind, Message, SERVICE_USER, World};

/// The lowest id that a person or chat has here, other than Telegram's.
const LOWEST_ID: i64 = 1_000_000;
/// The highest one that Telegram has.
const HIGHEST_ID: i64 = 1 << 52;

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
            && let Some(person) = self.world.user(id)
        {
            let photo = self.world.photos().get(id);
            self.users.insert(id, user(&person, self.viewer, photo));
        }
    }

    /// Mentions a chat; a private one means both people in it.
    pub(crate) fn chat(&mut self, mentioned: &Chat) {
        if mentioned.kind == ChatKind::Private {
            self.person(self.viewer);
            self.person(mentioned.partner_of(self.viewer));
        } else if !self.chats.contains_key(&mentioned.id)
            && let photo = self.world.photos().get(mentioned.id)
            && let Some(mut described) = chat(mentioned, self.viewer, photo)
        {
            let faults = self.world.faults().of_channels();
            if mentioned.kind.is_channel() && faults.keeps_out(mentioned.id, self.viewer) {
                described = forbidden(mentioned);
            }
            if let enums::Chat::Chat(group) = &mut described
                && let Some(supergroup) = mentioned.settings().migrated_to
                && let Some(supergroup) = self.world.chats().get(supergroup)
            {
                group.deactivated = true;
                group.migrated_to = Some(input_channel(&supergroup));
                self.chats.insert(mentioned.id, described);
                // Clients go on there.
                self.chat(&supergroup);
                return;
            }
            self.chats.insert(mentioned.id, described);
        }
    }

    /// Mentions whoever wrote a message, and everyone that it names.
    pub(crate) fn message(&mut self, message: &Message) {
        if let Some(author) = message.from {
            self.person(author);
        }
        if let Some(forward) = &message.forward {
            self.anyone(forward.channel);
        }
        for entity in &message.entities {
            if let enums::MessageEntity::MentionName(name) = entity {
                self.person(name.user_id);
            }
        }
        match message.body.as_deref().map(|body| &body.kind) {
            Some(BodyKind::Message(body)) => self.named_in(&body.to_bytes()),
            Some(BodyKind::Service(body)) => self.named_in(&body.to_bytes()),
            None => {}
        }
    }

    /// Mentions everyone whose id stands in the bytes of an object. Ids stand in
    /// many places of the schema, in each at a multiple of four bytes.
    fn named_in(&mut self, object: &[u8]) {
        for at in (0..object.len().saturating_sub(7)).step_by(4) {
            let mut id = [0; 8];
            id.copy_from_slice(&object[at..at + 8]);
            let id = i64::from_le_bytes(id);
            if id == SERVICE_USER || (LOWEST_ID..HIGHEST_ID).contains(&id) {
                self.anyone(id);
            }
        }
    }

    /// Mentions whoever has this id, if anyone does.
    fn anyone(&mut self, id: i64) {
        match self.world.chats().get(id) {
            Some(chat) if chat.kind != ChatKind::Private => self.chat(&chat),
            _ => self.person(id),
        }
    }

    /// The chats and the people.
    pub(crate) fn finish(self) -> (Vec<enums::Chat>, Vec<enums::User>) {
        let chats = self.chats.into_values().collect();
        (chats, self.users.into_values().collect())
    }
}
