//! What this part reaches.

use std::sync::Arc;

use super::answer::TelegramError;
use crate::dc::Dcs;
use crate::posting::Schedules;
use crate::world::{Chat, Person, User, World};

/// What this part reaches.
#[derive(Clone, Debug)]
pub struct TelegramState {
    /// Everything that exists.
    pub world: Arc<World>,
    /// The data centres.
    pub dcs: Arc<Dcs>,
    /// The channels that post by themselves.
    pub(crate) schedules: Arc<Schedules>,
}

impl TelegramState {
    /// The person that an address or a body names.
    pub(super) fn person(&self, id: i64) -> Result<Person, TelegramError> {
        let person = self.world.people().get(id);
        person.ok_or(TelegramError::not_found("USER_ID_INVALID"))
    }

    /// The person or bot that a body names.
    pub(super) fn user(&self, id: i64) -> Result<User, TelegramError> {
        let user = self.world.user(id);
        user.ok_or(TelegramError::not_found("USER_ID_INVALID"))
    }

    /// The chat that an address names.
    pub(super) fn chat(&self, id: i64) -> Result<Arc<Chat>, TelegramError> {
        let chat = self.world.chats().get(id);
        chat.ok_or(TelegramError::not_found("CHAT_ID_INVALID"))
    }

    pub(super) fn now(&self) -> i64 {
        self.world.clock().now()
    }
}
