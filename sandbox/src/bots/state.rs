//! Everything about a bot that changes and survives a restart.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::chat::Chat;
use super::commands::CommandBook;
use super::identity::Identity;
use super::init_data::WebAppKey;
use super::menu::Menus;
use super::updates::UpdateQueue;
use super::webhook::Webhook;

/// A pressed button that waits for the bot's answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PendingPress {
    pub(super) person: i64,
    pub(super) at: DateTime<Utc>,
}

/// Texts about the bot, by language (empty: for everyone).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Texts {
    pub(super) name: BTreeMap<String, String>,
    pub(super) description: BTreeMap<String, String>,
    pub(super) short_description: BTreeMap<String, String>,
}

/// Everything about the bot that changes and survives a restart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// Who the bot is.
    pub identity: Identity,
    /// The key that signs what Mini Apps are told; all bots have the same.
    pub key: WebAppKey,
    pub(super) chats: BTreeMap<i64, Chat>,
    pub(super) next_message: i64,
    pub(super) updates: UpdateQueue,
    pub(super) webhook: Option<Webhook>,
    pub(super) commands: CommandBook,
    pub(super) menus: Menus,
    pub(super) texts: Texts,
    pub(super) main_app: Option<String>,
    pub(super) presses: BTreeMap<String, PendingPress>,
}

impl State {
    /// A bot that has not yet done anything.
    pub fn new(identity: Identity, name: &str, key: WebAppKey) -> Self {
        let mut texts = Texts::default();
        texts.name.insert(String::new(), name.to_owned());
        Self {
            identity,
            key,
            chats: BTreeMap::new(),
            next_message: 1,
            updates: UpdateQueue::default(),
            webhook: None,
            commands: CommandBook::default(),
            menus: Menus::default(),
            texts,
            main_app: None,
            presses: BTreeMap::new(),
        }
    }

    /// The chat with a person; begun if there is none.
    pub(super) fn chat(&mut self, person: i64) -> &mut Chat {
        self.chats.entry(person).or_insert_with(Chat::begun)
    }

    /// The number of the next message.
    pub(super) fn take_message_id(&mut self) -> i64 {
        let id = self.next_message;
        self.next_message += 1;
        id
    }

    /// The bot's name.
    pub(super) fn name(&self) -> &str {
        self.texts.name.get("").map_or("Bot", String::as_str)
    }
}
