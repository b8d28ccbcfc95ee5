//! All bots of a sandbox.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{broadcast, watch};

use super::bot::Bot;
use super::bot_world::BotWorld;
use super::creation::{self, CreateBotError};
use super::events::{Addressed, PhoneEvent};
use super::files::Files;
use super::identity::{FIRST_ID, Identity};
use super::mirror;
use super::rules::Rules;
use super::state::State;
use crate::world::{Event, World};

/// All bots of a sandbox. There is always a first one, and none ever goes.
#[derive(Debug)]
pub struct Bots {
    first: Arc<Bot>,
    // In the order in which they were made.
    others: RwLock<Vec<Arc<Bot>>>,
    // How many there are.
    count: watch::Sender<usize>,
    shared: BotWorld,
}

impl Bots {
    /// The first bot, among these people.
    pub fn new(first: State, files: Files, world: Arc<World>, rules: Rules) -> Self {
        let shared = BotWorld::new(world, rules);
        Self {
            first: Arc::new(Bot::new(first, files, shared.clone())),
            others: RwLock::default(),
            count: watch::Sender::new(1),
            shared,
        }
    }

    /// Puts back a bot that was kept over a restart.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub async fn put(&self, state: State) -> std::io::Result<()> {
        let files = self.first.files().of_kept_bot(state.identity.id).await?;
        let bot = Bot::new(state, files, self.shared.clone());
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        others.push(Arc::new(bot));
        self.count.send_replace(others.len() + 1);
        Ok(())
    }

    /// Makes a bot, as `@BotFather` does.
    ///
    /// # Errors
    /// When Telegram would not take the name or the public name.
    pub fn create(&self, name: &str, username: &str) -> Result<Arc<Bot>, CreateBotError> {
        let name = name.trim();
        creation::check_name(name)?;
        creation::check_username(username)?;
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        if self.is_taken(username, &others) {
            return Err(CreateBotError::Taken);
        }
        let id = self.free_id(&others);
        let key = self.first.read(|state| state.key.clone());
        let state = State::new(Identity::made(id, username), name, key);
        let files = self.first.files().of_new_bot(id);
        let bot = Arc::new(Bot::new(state, files, self.shared.clone()));
        others.push(Arc::clone(&bot));
        self.count.send_replace(others.len() + 1);
        drop(others);
        self.shared.note_change();
        for person in self.shared.world.people().list() {
            bot.show(person.id, PhoneEvent::Chat);
        }
        Ok(bot)
    }

    fn is_taken(&self, username: &str, others: &[Arc<Bot>]) -> bool {
        let has_it = |bot: &Arc<Bot>| bot.identity().username.eq_ignore_ascii_case(username);
        has_it(&self.first)
            || others.iter().any(has_it)
            || self.shared.world.people().by_username(username).is_some()
    }

    /// Bots and people are numbered together.
    fn free_id(&self, others: &[Arc<Bot>]) -> i64 {
        let free = |id: &i64| {
            self.first.id() != *id
                && others.iter().all(|bot| bot.id() != *id)
                && self.shared.world.people().get(*id).is_none()
        };
        (FIRST_ID..=i64::MAX).find(free).unwrap_or(FIRST_ID)
    }

    /// The one that is there from the start.
    pub fn first(&self) -> &Arc<Bot> {
        &self.first
    }

    /// All of them, in the order in which they were made.
    pub fn list(&self) -> Vec<Arc<Bot>> {
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(&self.first)
            .chain(others.iter())
            .cloned()
            .collect()
    }

    /// The bot with this id.
    pub fn get(&self, id: i64) -> Option<Arc<Bot>> {
        self.list().into_iter().find(|bot| bot.id() == id)
    }

    /// The bot that this token drives.
    pub fn by_token(&self, token: &str) -> Option<Arc<Bot>> {
        self.list().into_iter().find(|bot| bot.has_token(token))
    }

    /// News for all phones, of all bots.
    pub fn events(&self) -> broadcast::Receiver<Addressed> {
        self.shared.events()
    }

    /// Counts changes of the state of all bots.
    pub fn revisions(&self) -> watch::Receiver<u64> {
        self.shared.revisions()
    }

    /// How many there are, as it changes.
    pub fn count(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }

    /// What happened in a chat by way of a data centre: the bot in it hears it.
    pub fn hear(&self, event: &Event) {
        let Some(chat) = mirror::chat_of(&self.shared.world, event) else {
            return;
        };
        if let Some(bot) = self
            .list()
            .into_iter()
            .find(|bot| chat.has_member(bot.id()))
        {
            bot.hear(&chat, event);
        }
    }

    /// Tells a person's phone that their account changed.
    pub fn account_changed(&self, person: i64) {
        for bot in self.list() {
            bot.account_changed(person);
        }
    }
}
