//! A bot as a person sees it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::bots::Bot;
use crate::world::Person;

/// The bot as the person sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BotCard {
    /// Telegram's user id of the bot.
    id: i64,
    /// Its name.
    name: String,
    /// Its public name.
    username: String,
    /// What an empty chat says about it.
    description: String,
}

impl BotCard {
    /// What this bot tells this person of itself.
    pub(super) fn of(bot: &Bot, person: &Person) -> Self {
        let (name, description) = bot.introduction_for(person);
        Self {
            id: bot.id(),
            name,
            username: bot.identity().username,
            description,
        }
    }
}
